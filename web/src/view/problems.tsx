import { isOfPassphrase, type Problem, type State } from '../model/state.ts';
import { Arrivals } from './arrivals.tsx';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** What was asked for and did not happen, and who came in. What is wrong with a passphrase stands at its field. */
export function Problems({ state }: { state: State }) {
  return (
    <div class="problems">
      <Arrivals state={state} />
      {state.problems
        .filter(({ code }) => !isOfPassphrase(code))
        .map((problem) => (
          <ProblemNotice key={problem.id} problem={problem} />
        ))}
    </div>
  );
}

function ProblemNotice({ problem }: { problem: Problem }) {
  const page = usePage();
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <p>{text.problems.sentences[problem.code](problem.amount ?? 0)}</p>
      <button
        type="button"
        class="icon-button"
        aria-label={text.problems.dismiss}
        onClick={() => page.dismissProblem(problem.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
