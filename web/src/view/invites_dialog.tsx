import type { Room } from '../model/state.ts';
import type { Invite } from '../model/ui_messages.ts';
import { usePage } from './context.ts';
import { CopyButton } from './copy_button.tsx';
import { Dialog } from './dialog.tsx';
import { shortFingerprint, shortMomentOf } from './format.ts';
import { InviteOutcome } from './invite_dialog.tsx';
import { text } from './text.ts';

/** Every invite of this room that was made here. */
export function InvitesDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const newestFirst = [...room.invites].reverse();
  return (
    <Dialog title={text.invite.listTitle} onClose={onClose}>
      {newestFirst.length === 0 && <p class="hint">{text.invite.none}</p>}
      <ul class="invites" aria-label={text.invite.listTitle}>
        {newestFirst.map((invite) => (
          <InviteEntry key={invite.invite} room={room} invite={invite} />
        ))}
      </ul>
    </Dialog>
  );
}

function InviteEntry({ room, invite }: { room: Room; invite: Invite }) {
  const page = usePage();
  const live = invite.state === 'live';
  return (
    <li class={live ? 'invite-entry live' : 'invite-entry'}>
      <div class="invite-entry-text">
        <p>
          <InviteOutcome room={room} invite={invite} />
        </p>
        <p class="hint">
          {text.invite.fingerprint} <code>{shortFingerprint(invite.invite)}</code>
          {live && ` · ${text.invite.expires(shortMomentOf(invite.expires_at * 1000))}`}
          {invite.state === 'expired' && ` · ${text.invite.ended(shortMomentOf(invite.expires_at * 1000))}`}
        </p>
      </div>
      {live && invite.link !== null && <CopyButton value={invite.link} />}
      {live && (
        <button type="button" class="button danger" onClick={() => page.revoke(room.facts.room, invite.invite)}>
          {text.invite.revoke}
        </button>
      )}
    </li>
  );
}
