import { inertLine, inertText } from '../model/inert_text.ts';
import type { Announcement } from '../model/state.ts';
import { text } from './text.ts';

/** The one live region for new messages: author and text, or how many. Nobody sees it. */
export function Announcer({ announcements }: { announcements: readonly Announcement[] }) {
  return (
    <div class="hidden" aria-live="polite" aria-relevant="additions" aria-atomic="false">
      {announcements.map((one) => (
        <p key={one.id}>
          {one.is === 'many'
            ? text.log.many(one.count)
            : text.log.says(inertLine(one.author ?? text.members.someone), inertText(one.text))}
        </p>
      ))}
    </div>
  );
}
