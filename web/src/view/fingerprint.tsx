import { grouped } from './format.ts';

/** A whole fingerprint, in groups that can be read out. */
export function Fingerprint({ value }: { value: string }) {
  return (
    <code class="fingerprint" translate={false}>
      {grouped(value).map((group, index) => (
        <span key={index}>{group}</span>
      ))}
    </code>
  );
}
