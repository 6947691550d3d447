import { useState } from 'preact/hooks';
import { mayInvite } from '../model/governing.ts';
import type { State } from '../model/state.ts';
import { Announcer } from './announcer.tsx';
import { usePageState } from './context.ts';
import { Failed } from './failed.tsx';
import { JoinRoom } from './join_room.tsx';
import { Loading } from './loading.tsx';
import { Problems } from './problems.tsx';
import { Rail } from './rail.tsx';
import { Room, useOverlay } from './room.tsx';
import { SecondTab } from './second_tab.tsx';
import { ShortcutsDialog } from './shortcuts_dialog.tsx';
import { Start } from './start.tsx';
import { Unsupported } from './unsupported.tsx';
import { useLeaveGuard } from './use_leave_guard.ts';
import { useLifecycle } from './use_lifecycle.ts';
import { useShortcuts } from './use_shortcuts.ts';
import { useTitle } from './use_title.ts';
import { VaultLocked, VaultUnreadable } from './vault_locked.tsx';

/** Which screen is shown. */
export function App() {
  const state = usePageState();
  useTitle(state);
  useLifecycle();
  useLeaveGuard(state);
  const { phase, vault } = state;
  if (phase.is === 'unsupported') return <Unsupported reason={phase.reason} />;
  if (phase.is === 'failed') return <Failed reason={phase.reason} />;
  if (phase.is === 'second_tab') return <SecondTab phase={phase} />;
  if (phase.is === 'loading') return <Loading loaded={phase.loaded} total={phase.total} />;
  if (vault === null) return <Loading loaded={0} total={0} />;
  if (vault.state === 'newer' || vault.state === 'damaged') return <VaultUnreadable newer={vault.state === 'newer'} />;
  if (vault.state === 'locked')
    return (
      <>
        <VaultLocked busy={vault.busy} linkWaits={state.linkWaits} />
        <Problems state={state} />
      </>
    );
  if (state.joining !== null) return <JoinRoom key={state.joining.link} joining={state.joining} state={state} />;
  return <Chat state={state} />;
}

/** Rooms at the side, and the one on screen or the start. */
function Chat({ state }: { state: State }) {
  const [help, setHelp] = useState(false);
  const [overlay, setOverlay] = useOverlay(state.shown);
  const room = state.shown === null ? undefined : state.rooms.get(state.shown);
  useShortcuts(state, {
    onHelp: () => setHelp(true),
    onInvite: () => {
      if (room !== undefined && mayInvite(room)) setOverlay('invite');
    },
  });
  const hasRail = state.rooms.size > 0 || state.vault?.state === 'open';
  return (
    <div class={`app${hasRail ? ' with-rail' : ''}${room === undefined ? '' : ' in-room'}`}>
      {hasRail && <Rail state={state} onShortcuts={() => setHelp(true)} />}
      {room === undefined ? (
        <Start state={state} hasRail={hasRail} />
      ) : (
        <Room room={room} overlay={overlay} onOverlay={setOverlay} />
      )}
      <Problems state={state} />
      <Announcer announcements={state.announcements} />
      {help && <ShortcutsDialog onClose={() => setHelp(false)} />}
    </div>
  );
}
