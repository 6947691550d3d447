import type { Problem } from '../model/state.ts';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { text } from './text.ts';

/** What was asked for and did not happen. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  const page = usePage();
  return (
    <div class="problems">
      {problems.map((problem) => (
        <div class="problem" role="alert" key={problem.id}>
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
      ))}
    </div>
  );
}
