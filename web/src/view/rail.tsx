import { listedRooms, type State } from '../model/state.ts';
import { usePage } from './context.ts';
import { Icon } from './icon.tsx';
import { RoomList } from './room_list.tsx';
import { text } from './text.ts';
import { WipeButton } from './wipe_button.tsx';
import { Wordmark } from './wordmark.tsx';

/** Rooms at the side, and what concerns all of them. */
export function Rail({ state, onShortcuts }: { state: State; onShortcuts: () => void }) {
  const page = usePage();
  const Brand = state.shown === null ? 'h1' : 'p';
  return (
    <nav class="rail" aria-label={text.start.rooms}>
      <div class="rail-head">
        <Brand class="brand">
          <Wordmark />
          <span class="hidden">{text.start.brand}</span>
        </Brand>
        <button
          type="button"
          class="icon-button"
          aria-label={text.start.newRoom}
          aria-current={state.shown === null ? 'page' : undefined}
          onClick={() => page.show(null)}
        >
          <Icon name="plus" />
        </button>
      </div>
      <RoomList rooms={listedRooms(state)} shown={state.shown} />
      {state.rooms.size === 0 && <p class="hint rail-empty">{text.start.noRooms}</p>}
      <div class="rail-foot">
        {state.vault?.state === 'open' && (
          <button type="button" class="quiet-button" onClick={() => page.lock()}>
            <Icon name="lock" />
            {text.start.lock}
          </button>
        )}
        {state.vault?.state === 'memory' && <p class="hint">{text.start.memory}</p>}
        <WipeButton />
        <button type="button" class="quiet-button shortcuts-button" onClick={onShortcuts}>
          <Icon name="keyboard" />
          {text.room.shortcuts}
        </button>
      </div>
    </nav>
  );
}
