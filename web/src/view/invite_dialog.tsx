import { useEffect, useId, useState } from 'preact/hooks';
import { roleIn } from '../model/governing.ts';
import { isLocalOnly } from '../model/invite_link.ts';
import type { Room } from '../model/state.ts';
import type { Invite } from '../model/ui_messages.ts';
import { usePage } from './context.ts';
import { CopyButton } from './copy_button.tsx';
import { Dialog } from './dialog.tsx';
import { shortFingerprint, shortMomentOf } from './format.ts';
import { Icon } from './icon.tsx';
import { QrCode } from './qr_code.tsx';
import { memberName } from './room_words.ts';
import { Sentence } from './sentence.tsx';
import { text } from './text.ts';

const kDay = 86_400;

/** One invite: the newest that nobody has used, or a new one. */
export function InviteDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const page = usePage();
  const [lasts, setLasts] = useState(kDay);
  // The invite that this dialog shows, also when it is used or revoked meanwhile.
  const [shown, setShown] = useState<string | null>(null);
  const open = room.invites.findLast((invite) => invite.state === 'live' || invite.state === 'publishing');
  const invite = room.invites.find((one) => one.invite === shown) ?? open;
  const others = room.invites.filter(({ invite: id, state }) => state === 'live' && id !== invite?.invite).length;
  const make = (seconds: number): void => {
    setShown(null);
    page.invite(room.facts.room, seconds);
  };
  useEffect(() => {
    if (open === undefined) make(lasts);
  }, []);
  useEffect(() => {
    if (shown === null && open !== undefined) setShown(open.invite);
  }, [open?.invite]);

  return (
    <Dialog title={text.invite.title} onClose={onClose} class="invite-dialog">
      <p>{text.invite.about}</p>
      <Locked room={room} />
      <ReadableSoFar room={room} />
      {invite === undefined || invite.state === 'publishing' ? (
        <div class="invite-blank" role="status">
          <div class="pulse" aria-hidden="true" />
          {text.invite.making}
        </div>
      ) : invite.state === 'live' && invite.link !== null ? (
        <LiveInvite room={room} invite={invite} link={invite.link} />
      ) : (
        <p class="invite-over" role="status">
          <InviteOutcome room={room} invite={invite} />
        </p>
      )}
      {others > 0 && <p class="hint">{text.invite.others(others)}</p>}
      <div class="invite-new">
        <Lasts value={lasts} onChange={setLasts} />
        <button type="button" class="button" onClick={() => make(lasts)}>
          <Icon name="plus" />
          {text.invite.another}
        </button>
      </div>
    </Dialog>
  );
}

/** While the room is locked an invite lets nobody in. */
function Locked({ room }: { room: Room }) {
  const page = usePage();
  if (room.policy?.joins_open !== false) return null;
  return (
    <p class="invite-locked" role="status">
      {text.invite.locked}
      {roleIn(room) === 'owner' && (
        <button type="button" class="link-button" onClick={() => page.setJoinsOpen(room.facts.room, true)}>
          {text.room.unlock}
        </button>
      )}
    </p>
  );
}

/** Whoever joins gets the current room key, and so what was written under it. */
function ReadableSoFar({ room }: { room: Room }) {
  const page = usePage();
  const { rotation } = room;
  if (rotation === null || rotation.used === 0) return null;
  return (
    <p class="invite-readable">
      {text.invite.readable(rotation.used)}
      {rotation.may_rotate && (
        <button
          type="button"
          class="link-button"
          disabled={rotation.rotating}
          onClick={() => page.rotateKey(room.facts.room)}
        >
          {rotation.rotating ? text.key.rotating : text.invite.rotateFirst}
        </button>
      )}
    </p>
  );
}

/** What became of an invite. */
export function InviteOutcome({ room, invite }: { room: Room; invite: Invite }) {
  if (invite.state !== 'used') return <>{text.invite.states[invite.state]}</>;
  return <Sentence words={text.invite.usedBy} names={[memberName(room, invite.used_by)]} />;
}

function Lasts({ value, onChange }: { value: number; onChange: (seconds: number) => void }) {
  const id = useId();
  return (
    <div class="lasts">
      <label for={id}>{text.invite.lasts}</label>
      <select
        id={id}
        class="input"
        value={String(value)}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      >
        {text.invite.durations.map(([seconds, words]) => (
          <option key={seconds} value={String(seconds)}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function LiveInvite({ room, invite, link }: { room: Room; invite: Invite; link: string }) {
  const page = usePage();
  const id = useId();
  const local = isLocalOnly(link);
  return (
    <div class={local ? 'invite-live local' : 'invite-live'}>
      {!local && <QrCode content={link} label={text.invite.qr} />}
      <div class="invite-link">
        <label for={id}>{text.invite.link}</label>
        <input
          id={id}
          class="input mono"
          readOnly
          value={link}
          spellcheck={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        <p class="hint">
          {text.invite.fingerprint} <code>{shortFingerprint(invite.invite)}</code> ·{' '}
          {text.invite.expires(shortMomentOf(invite.expires_at * 1000))}
        </p>
        <p class="hint">
          {text.invite.seesSame} {text.join.room} <code>{shortFingerprint(room.facts.room)}</code>
          {room.facts.server !== null && (
            <>
              , {text.join.server} <code>{shortFingerprint(room.facts.server)}</code>
            </>
          )}
        </p>
        {local && <p class="local-only">{text.invite.local}</p>}
        <div class="actions leading">
          <CopyButton value={link} primary />
          <button type="button" class="button danger" onClick={() => page.revoke(room.facts.room, invite.invite)}>
            {text.invite.revoke}
          </button>
        </div>
      </div>
    </div>
  );
}
