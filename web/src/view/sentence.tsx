import { InertLine } from './inert.tsx';

// Marks of where names go, from a private use area; a catalogue doesn't contain them.
const kFirst = 0xe000;

interface SentenceProps {
  words: (...names: string[]) => string;
  names: readonly string[];
}

/** A sentence of the catalogue with names in it, each isolated so that it can't reorder the words around it. */
export function Sentence({ words, names }: SentenceProps) {
  const whole = words(...names.map((_, index) => String.fromCharCode(kFirst + index)));
  return (
    <>
      {whole.split(/([\ue000-\ue007])/).map((part) => {
        const name = part.length === 1 ? names[part.charCodeAt(0) - kFirst] : undefined;
        return name === undefined ? part : <InertLine value={name} />;
      })}
    </>
  );
}
