// Everything that the page says, in English. Accessible names among it are part of the interface.
import type { FailedReason, UnsupportedReason } from '../model/host.ts';
import type {
  AlarmKind,
  InviteState,
  LinkState,
  ProblemCode,
  Refusal,
  RefusalReason,
  RoomEnd,
} from '../model/ui_messages.ts';

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const english = {
  loading: {
    title: 'Loading 0fc',
    progress: 'Loading',
    of: (loaded: string, total: string) => `${loaded} of ${total}`,
    about: 'All encryption runs on this device, so its code comes first.',
  },

  unsupported: {
    title: '0fc can’t run here',
    reasons: {
      insecure:
        'This page came over an unprotected connection. Open it with https:// (or from the computer that serves it).',
      no_wasm:
        'This browser has WebAssembly switched off, and all encryption of 0fc runs in it. In Tor Browser, security levels “Standard” and “Safer” allow it.',
      no_locks:
        'This browser lacks Web Locks, which keep two tabs from changing the same rooms. A current Firefox or Chromium has them.',
      no_storage:
        'This browser gives this page no storage. A current Firefox or Chromium outside of strict private modes has it.',
      no_worker:
        'This browser doesn’t start module workers, in which all encryption of 0fc runs. A current Firefox or Chromium does.',
    } satisfies Record<UnsupportedReason, string>,
    terminal: 'Nothing was sent and nothing is stored.',
  },

  failed: {
    title: '0fc has stopped',
    reasons: {
      download: 'Part of 0fc could not be loaded. Check the network, then start again.',
      integrity: 'Part of 0fc is not what it should be, so it was not run. Tell whoever runs this server.',
      random: 'This device gives no random numbers, so no key can be made. Nothing was sent.',
      crashed: 'The encryption core stopped unexpectedly. What was stored is safe.',
      storage: 'This device refused to store or read your rooms. Free some space, then start again.',
    } satisfies Record<FailedReason, string>,
    restart: 'Start again',
  },

  secondTab: {
    title: '0fc is open in another tab',
    about: 'Your rooms can be open in one tab at a time, so that nothing is sent or stored twice.',
    passedOn: 'The tab with your rooms shows the invite that you opened. Go there to join; this one may be closed.',
    use: 'Use 0fc here',
    confirmTitle: 'Use 0fc here?',
    ends: (rooms: number) =>
      `This ends ${plural(rooms, 'room that is', 'rooms that are')} open in the other tab, and nobody can bring ${rooms === 1 ? 'it' : 'them'} back.`,
    endsUnknown:
      'The other tab doesn’t answer. If it keeps its rooms in memory only, this ends them, and nobody can bring them back.',
    confirm: 'End them and use 0fc here',
  },

  start: {
    brand: '0fc',
    claim: 'Group chat that the server can’t read.',
    points: [
      ['No account.', 'Open a room, pass on a link. Nobody asks who you are.'],
      ['Sealed here.', 'Names and messages are encrypted before they leave this device.'],
      [
        'Keys that expire.',
        'While its owner or an admin is connected, a room gets a new key every 100 messages and the old one is destroyed.',
      ],
    ] as const,
    limits:
      'What it can’t do: hide that you use this server, or protect you from this server if it sends you an altered page, from whoever controls your device, or from the people you invite.',
    rooms: 'Rooms',
    noRooms: 'No rooms yet. Create one, or paste an invite link.',
    newRoom: 'New room',
    create: 'Create a room',
    join: 'Join a room',
    nickname: 'Nickname',
    nicknameHint: 'Only people in the room see it.',
    roomName: 'Room name',
    inviteLink: 'Invite link',
    inviteHint: 'It starts with this site’s address and works once.',
    createButton: 'Create room',
    creating: 'Creating…',
    joinButton: 'Join room',
    lock: 'Lock',
    wipe: 'Wipe everything',
    memory: 'Leaving no trace: when you close or reload this tab you lose your rooms.',
    keepNow: 'Keep rooms',
  },

  keep: {
    legend: 'After you close this tab',
    keep: 'Keep my rooms on this device',
    keepHint: 'Stored encrypted under a passphrase. Nobody can reset it.',
    forget:
      'Off: when you close or reload this tab you lose the room, and nobody can bring it back. 0fc stores nothing; your browser may still remember that you were here.',
    forgetOwn:
      'Off: when you close or reload this tab you lose the room, nobody can bring it back, and it stays without an owner. 0fc stores nothing; your browser may still remember that you were here.',
    forgetAll: 'Off: when you close or reload this tab you lose all these rooms, and nobody can bring them back.',
    passphrase: 'Passphrase',
    suggested: (bits: number) => `Made for you (${bits} bits). Write it down, or type your own.`,
    own: 'At least 8 characters. Four or more unrelated words are good.',
    copy: 'Copy passphrase',
    suggest: 'Suggest another',
    show: 'Show passphrase',
    hide: 'Hide passphrase',
  },

  locked: {
    title: 'Your rooms are locked',
    about: 'They are on this device, encrypted under your passphrase.',
    aboutLink: 'Unlock them first; then you can join the room that you were invited to.',
    open: 'Unlock',
    opening: 'Unlocking…',
    forgotten: 'Forgot it? Nobody can reset it. You can only wipe everything, and come back with new invites.',
    newer:
      'Your rooms were stored by a newer version of 0fc, and are left untouched. Reload the page; if that doesn’t help, tell whoever runs this server.',
    damaged: 'What is stored on this device can’t be read any more. It is left untouched.',
  },

  wipe: {
    title: 'Wipe everything?',
    about: (owned: number) =>
      `All rooms, keys and messages on this device are destroyed. Others keep theirs, and you can only come back with new invites. ${
        owned === 0
          ? 'Rooms that you own stay without an owner for good.'
          : `You own ${plural(owned, 'room, which stays', 'rooms, which stay')} without an owner for good: hand over first what others need.`
      }`,
    confirm: 'Wipe everything',
  },

  join: {
    title: 'Join room',
    about: 'Nothing is sent, and the invite is not used up, before you press Join.',
    checking: 'Reading the link…',
    room: 'Room',
    server: 'Server key',
    expires: 'Invite ends',
    sameCodes: 'Ask whoever invited you whether their invite shows the same codes.',
    button: 'Join',
    joining: 'Joining…',
    states: {
      mangled: 'This isn’t a whole invite link. Part of it may have been lost in copying; ask for it again.',
      newer: 'This link was made by a newer version of 0fc. Reload the page and open it again.',
      other_server: 'This link leads to another server. Open it in the address bar instead.',
      expired: 'This invite has expired. Ask for a new one.',
      already_member: 'You are in this room already.',
      own_invite: 'You made this invite yourself. It is meant for somebody else.',
      server_key_changed:
        'This server is not the one that the link was made for: its key is another. Nothing was sent. Ask the person who invited you.',
      already_joining: 'You are joining this room already.',
    } satisfies Record<Exclude<LinkState, 'valid'>, string>,
    openRoom: 'Open room',
    otherServer: (origin: string) =>
      `This link leads to another server: ${origin}. Open it in the address bar instead.`,
  },

  room: {
    unnamed: 'Unnamed room',
    new: 'New room',
    back: 'All rooms',
    members: 'Members',
    messages: 'Messages',
    invite: 'Invite',
    settings: 'Room settings',
    rotate: 'Rotate key',
    invites: 'Invites',
    verify: 'Verify',
    leave: 'Leave room',
    lock: 'Lock room',
    unlock: 'Unlock room',
    transfer: 'Transfer ownership',
    close: 'Close room',
    forget: 'Forget room',
    shortcuts: 'Keyboard shortcuts',
    unreadCount: (count: number) => plural(count, 'unread message', 'unread messages'),
  },

  progress: {
    creating: ['Creating the room', 'Making keys and telling the server that there is a room. It learns no name.'],
    requesting: ['Asking to join', 'Sending your sealed request. Only the person who invited you can open it.'],
    waiting: [
      'Waiting to be let in',
      'Your request waits on the server. You don’t have to be online at the same time.',
    ],
    verifying: ['Checking the room', 'Verifying the room’s whole history of members and keys before showing anything.'],
    inviterOnline: 'The person who invited you is connected now.',
    inviterAway: 'The person who invited you is away. You may close this page if you keep your rooms on this device.',
    otherKey: [
      'This link is for another server key',
      'Nothing of the room was shown. The link may have been changed or damaged on its way to you, the server may have been set up anew, or somebody stands between you and it. Ask whoever invited you, in a way you trust, whether their link has this key.',
    ],
    keyOfLink: 'Key in your link',
    keyOfServer: 'Key that the server shows',
    declined: 'You were not let in',
    left: 'You have left this room',
    stopped: 'This room can’t go on here',
    keepsRead: 'What you have read stays on this device until you forget the room. Nothing new comes.',
    giveUp: 'Give up',
    forget: 'Forget room',
    ends: {
      invite_unknown: 'Nobody knows this invite. Ask for a new one.',
      invite_used:
        'Somebody else has already used this invite. If you expected to be the only one with the link, tell the person who sent it. Ask for a new one.',
      invite_revoked: 'This invite was taken back. Ask for a new one.',
      invite_expired: 'This invite has expired. Ask for a new one.',
      refused: 'The person who invited you could not open the request. Ask for a new invite.',
      room_full: 'The room is full.',
      too_many_requests: 'Too many people are trying this invite. Ask for a new one, for you alone.',
      joins_closed: 'The room takes no new members at the moment.',
      newer_client:
        'Somebody in this room uses a newer version of 0fc. Reload the page to get it; your messages are kept.',
      bad_grant:
        'What came back doesn’t fit the link you opened. The person who invited you, or the server, is not honest. Nothing was revealed.',
      bad_log:
        'The room’s history doesn’t verify. The server, or somebody in the room, is not honest. Nothing was revealed.',
      room_unknown: 'The server doesn’t have this room. It may have been started anew.',
      not_member: 'The server says that you are no member of this room.',
      server_full: 'This server takes no more rooms at the moment.',
      server_refused: 'The server refused this room.',
      removed: 'You were removed from this room.',
      destroyed: 'The owner has closed this room for everybody.',
    } satisfies Record<RoomEnd, string>,
  },

  connection: {
    label: 'Connection',
    connecting: 'Connecting…',
    reconnecting: 'Reconnecting…',
    securing: 'Securing the connection…',
    catchingUp: (done: number, total: number) =>
      `Catching up: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    connected: 'Connected',
    offline: 'Offline',
    offlineAbout: 'Messages you write are sent when the connection is back.',
    clockOff: (amount: string, ahead: boolean) =>
      `Your clock is ${amount} ${ahead ? 'ahead' : 'behind'}. Set date and time of this device, then try again.`,
    hours: (seconds: number) =>
      seconds >= 172_800
        ? plural(Math.round(seconds / 86_400), 'day', 'days')
        : plural(Math.round(seconds / 3600), 'hour', 'hours'),
    keyChanged: 'The server’s key has changed. Not connected.',
    keyChangedAbout:
      'Somebody may be standing between you and the server, or it was set up anew. Compare with whoever runs it before you trust it. Your messages stay here.',
    expected: 'Known here',
    offered: 'Shown now',
    replaced: 'Open on another device or tab, which has taken over.',
    protocolError: 'The server sent something it must not send. Trying again…',
    closed: 'Not connected',
    retry: 'Try now',
    useHere: 'Use here',
    refusals: {
      rate_limited: 'The server asks for a pause. Trying again…',
      unavailable: 'The server can’t store messages at the moment. Trying again…',
      shutting_down: 'The server is restarting. Trying again…',
      room_unknown: 'The server doesn’t have this room.',
      not_member: 'The server says that you are no member of this room.',
      bad_cursor: 'The server has lost part of this room that you have already seen. It was rolled back or replaced.',
      room_full: 'The room is full on the server.',
      newer_version: 'The server wants a newer version of 0fc. Reload the page.',
      other: 'The server refused the connection.',
    } satisfies Record<Refusal, string>,
  },

  key: {
    label: (epoch: number) => `Key ${epoch + 1}`,
    next: (left: number) => `new key in ${plural(left, 'message', 'messages')}`,
    rotating: 'changing the key…',
    overdue: (messages: number, hours: number) => {
      const parts = [
        ...(messages > 0 ? [plural(messages, 'message', 'messages')] : []),
        ...(hours > 0 ? [plural(hours, 'hour', 'hours')] : []),
      ];
      return `Key change overdue: ${parts.join(', ')}`;
    },
    overdueAbout: 'It happens as soon as the owner or an admin is connected.',
    leaver: (name: string) => `${name} has left but may still read until the next key.`,
    missing: 'The current key has not arrived. Messages under it wait.',
  },

  members: {
    you: 'you',
    options: 'Member options',
    makeAdmin: 'Make admin',
    makeMember: 'Make member',
    remove: 'Remove',
    select: 'Select members',
    selectOne: (name: string) => `Select ${name}`,
    removeSelected: (count: number) => `Remove ${plural(count, 'member', 'members')}`,
    locked: 'locked',
    roles: { owner: 'Owner', admin: 'Admin', member: '' },
    invited: 'not arrived',
    left: 'has left',
    someone: 'Somebody',
    calledBy: (name: string) => `as ${name} calls them`,
    count: (count: number) => plural(count, 'member', 'members'),
    close: 'Close members',
    unchecked: 'nothing compared yet',
    crossChecked: (when: string) => `agrees with you up to ${when}`,
  },

  log: {
    newMessages: 'New messages',
    newest: 'Jump to newest',
    newestCount: (count: number) => `Jump to newest (${plural(count, 'new message', 'new messages')})`,
    older: 'Loading earlier messages…',
    start: 'This is the beginning of what you can read here.',
    alone: 'Nobody else is here now.',
    aloneOwner: 'Nobody else is here yet. Press Invite to make a link for somebody.',
    today: 'Today',
    yesterday: 'Yesterday',
    says: (author: string, text: string) => `${author}: ${text}`,
    many: (count: number) => plural(count, 'new message', 'new messages'),
    sending: 'Sending',
    waiting: 'Waiting for connection',
    stored: 'In the room’s log',
    failed: 'Not sent',
    retry: 'Try again',
    discard: 'Discard',
  },

  notices: {
    created: (author: string) => `${author} created the room`,
    member_added: (subject: string, author: string) => `${subject} came in with an invite of ${author}`,
    arrived: (author: string) => `${author} has arrived`,
    member_left: (author: string) => `${author} left`,
    members_removed: (author: string, subject: string, others: number) =>
      others === 0
        ? `${author} removed ${subject}, and the room has a new key`
        : `${author} removed ${subject} and ${others} ${others === 1 ? 'other' : 'others'}, and the room has a new key`,
    made_admin: (author: string, subject: string) => `${author} made ${subject} an admin`,
    made_member: (author: string, subject: string) => `${author} made ${subject} a member again, no longer an admin`,
    owner_changed: (author: string, subject: string) => `${author} handed the room over to ${subject}`,
    policy_set: (author: string) => `${author} changed the room’s rules`,
    destroyed: (author: string) => `${author} closed the room for everybody`,
    key_rotated: (author: string, epoch: number) => `New room key ${epoch + 1}, made by ${author}`,
    room_named: (author: string, name: string) => `${author} named the room “${name}”`,
    renamed: (author: string, name: string) => `${author} is now called ${name}`,
    gap: (count: number) =>
      `${plural(count, 'message is', 'messages are')} missing here: the server doesn’t keep them any more`,
    forgotten: (count: number) =>
      `${plural(count, 'older entry is', 'older entries are')} not kept on this device any more: the room’s history has grown too long`,
    newer_client: (author: string) => `A message of ${author} that needs a newer version of 0fc`,
    two_versions: (author: string) => `${author} sent two versions of one message, or was restored from a backup`,
    invalid_control: (author: string) =>
      `Refused: a change to the room in the name of ${author} that the rules don’t allow`,
    waiting_for_key: (author: string) => `A message of ${author} that waits for its key`,
    refused: (author: string, reason: string) => `Refused: a message in the name of ${author} (${reason})`,
    reasons: {
      cell: 'it doesn’t open',
      padding: 'wrong padding',
      signature: 'the signature is not theirs',
      fields: 'it was made for another place',
      epoch: 'wrong room key',
      counter: 'it was repeated',
      seen: 'it refers to what was not there',
      author: 'not a member',
      body: 'malformed',
      authority: 'its author may not do that',
    } satisfies Record<RefusalReason, string>,
  },

  composer: {
    label: 'Message',
    placeholder: 'Write a message',
    send: 'Send',
    hint: 'Enter sends, Shift+Enter starts a new line',
    tooLong: 'This message is too long. Split it.',
    leftRoom: 'You can’t write here any more.',
  },

  invite: {
    title: 'Invite',
    about: 'One link lets one person in, as soon as you are online. Send it in a way you trust.',
    link: 'Invite link',
    copy: 'Copy',
    copied: 'Copied',
    copyFailed: 'Select the link and copy it by hand.',
    revoke: 'Revoke',
    qr: 'QR code of the invite link',
    locked: 'The room is locked: until it is unlocked, nobody can come in.',
    readable: (messages: number) =>
      `Whoever joins can also read what was written since the last key: ${plural(messages, 'message', 'messages')}.`,
    rotateFirst: 'Rotate first',
    cameIn: (name: string, room: string) => `${name} came in to “${room}” with your invite`,
    another: 'New invite',
    making: 'Making an invite…',
    local: 'This link works only on this computer. Who runs the server can give it a public address.',
    expires: (when: string) => `Ends ${when}, or when somebody has used it.`,
    ended: (when: string) => `Ended ${when}`,
    lasts: 'New link lasts',
    seesSame: 'Whoever opens it sees these codes:',
    others: (count: number) => `${plural(count, 'other link is', 'other links are')} still open.`,
    durations: [
      [3600, '1 hour'],
      [86_400, '1 day'],
      [604_800, '7 days'],
    ] as const,
    listTitle: 'Invites',
    none: 'No invites yet.',
    states: {
      publishing: 'Being made',
      live: 'Waiting for somebody',
      used: 'Used',
      revoked: 'Revoked',
      expired: 'Expired',
      failed: 'The server refused it',
    } satisfies Record<InviteState, string>,
    usedBy: (name: string) => `Used by ${name}`,
    usedAbout: (name: string) => `${name} has used this invite.`,
    fingerprint: 'Invite',
  },

  verify: {
    title: 'Verify',
    about:
      'Compare these with the others, in a way you trust: side by side or in a call. If all are equal, nobody stands in between. “Agrees with you” under a member means that its messages name the same history of the room as yours.',
    room: 'Room',
    server: 'Server',
    you: 'You',
    copy: (what: string) => `Copy fingerprint: ${what}`,
  },

  leave: {
    title: 'Leave room?',
    about:
      'You can’t come back without a new invite. What you have read stays on this device until you forget the room.',
    owner: 'You own this room. Hand over the room first; then you can leave.',
    ownerAlone: 'You own this room, and nobody else is in it. Close it instead.',
    confirm: 'Leave room',
  },

  rotate: {
    title: 'Rotate key?',
    about:
      'The room gets a new key now and the old one is destroyed. Whoever comes in later reads nothing from before it, and who has left reads nothing after it.',
    confirm: 'Rotate key',
  },

  remove: {
    title: 'Remove?',
    about: (name: string) => `Removes ${name} and changes the key. ${name} keeps what was read so far.`,
    aboutMany: (count: number) =>
      `Removes these ${plural(count, 'member', 'members')} and changes the key. They keep what they have read so far.`,
    confirm: 'Remove',
  },

  transfer: {
    title: 'Transfer ownership',
    about:
      'Whoever you choose owns the room from then on, and you become an admin. Only the new owner can give it back.',
    heirs: 'New owner',
    nobody: 'Nobody else is in this room.',
    confirm: 'Transfer ownership',
  },

  close: {
    title: 'Close room?',
    about:
      'Ends the room for everybody and for good. Everybody keeps what they have read; nobody can write or come in any more.',
    confirm: 'Close room',
  },

  forget: {
    title: 'Forget room?',
    about: 'Everything of this room on this device is destroyed.',
    confirm: 'Forget room',
  },

  alarms: {
    label: 'Alarms',
    dismiss: 'I have read this',
    sentences: {
      fork: (name: string) =>
        `${name} and you see different conversations: the server forked the room, or ${name}’s client lies.`,
      server_head: () => 'The server has signed a different history of this room than the one it gave you.',
      rollback: () => 'The server’s record of this room ends before what you have already seen. It was rolled back.',
      server_key_changed: () => 'The server’s key has changed since you joined.',
      invalid_control: (name: string) =>
        `A change to the room in the name of ${name} breaks its rules. It was ignored.`,
      two_versions: (name: string) => `${name} sent two versions of one message, or was restored from a backup.`,
      rotation_broken: (name: string) => `${name}’s new key reached you broken (${name}’s client or the server).`,
      restored: () => 'Your rooms here are older than what the server has seen of you: restored from an older copy.',
      bad_server_signature: () => 'The server signed the room’s history with a key that isn’t its own.',
      rekey_given: (name: string) => `${name} had lost the room’s key, and your 0fc gave it again.`,
      rekey_received: (name: string) => `This 0fc had lost the room’s key, and ${name} gave it again.`,
      rekey_broken: (name: string) => `${name} answered with a key that isn’t the room’s.`,
    } satisfies Record<AlarmKind, (name: string) => string>,
    advice: {
      fork: 'Ask the others, outside of 0fc, what they see. Until that is clear, write nothing that must stay between you.',
      server_head: 'Ask the others, outside of 0fc, what they see, and tell whoever runs the server.',
      rollback: 'Ask whoever runs the server whether it was restored. Messages since then may be lost to newcomers.',
      server_key_changed: 'Compare the fingerprints with whoever runs the server.',
      invalid_control: 'If it happens again, verify that member.',
      two_versions: 'Ask them whether they restored a backup; if not, verify them.',
      rotation_broken: 'Ask the owner or an admin to rotate the key again.',
      restored:
        'If you did not restore anything, somebody else may have your rooms. Leave, and join again with a new invite.',
      bad_server_signature: 'Don’t trust this server until whoever runs it has explained.',
      rekey_given: 'If they did not restore an older copy, somebody else may have theirs. Ask them.',
      rekey_received: 'What was written while it was lost may be missing here for good.',
      rekey_broken: 'Verify that member. 0fc goes on asking the others.',
    } satisfies Record<AlarmKind, string>,
  },

  problems: {
    label: 'Problems',
    dismiss: 'Dismiss',
    sentences: {
      internal: () => 'Something went wrong inside 0fc. Nothing was lost; try again.',
      passphrase_wrong: () => 'That passphrase doesn’t open your rooms.',
      passphrase_short: (amount: number) => `A passphrase needs at least ${amount} characters.`,
      vault_exists: () => 'There are stored rooms on this device already. Unlock or wipe them first.',
      vault_absent: () => 'There are no stored rooms on this device.',
      vault_newer: () => 'Your rooms were stored by a newer version of 0fc.',
      vault_damaged: () => 'What is stored on this device can’t be read.',
      vault_cost: () =>
        'What is stored here asks for an absurd amount of work to open. It is not yours, or was changed.',
      storage_failed: () => 'This device refused to store. What you wrote waits; free some space.',
      storage_full: () => 'This device’s storage is full. What you wrote waits; free some space.',
      room_name_invalid: () => 'Give the room a name, of at most 256 bytes.',
      nickname_invalid: () => 'Choose a nickname, of at most 128 bytes.',
      link_unusable: () => 'This invite link can’t be used.',
      text_invalid: () => 'This message is empty or too long.',
      outbox_full: (amount: number) => `${amount} messages are waiting to be sent already.`,
      room_unknown: () => 'This room is gone.',
      not_live: () => 'Nothing can be sent in this room now.',
      not_authorised: () => 'Your role in this room doesn’t allow that.',
      owner_cannot_leave: () => 'Hand over the room first; then you can leave.',
      too_many_invites: () => 'This room has as many open invites as it may. Revoke one.',
      invite_unknown: () => 'That invite is not open any more.',
      too_many_rooms: (amount: number) => `You are in ${amount} rooms, which is as many as fit.`,
      rate_limited: () => 'Too fast for the server. Wait a moment.',
      too_large: () => 'Too large for the server.',
      room_full: () => 'The room is full.',
      server_unavailable: () => 'The server can’t store at the moment. It recovers by itself; try again later.',
      busy: () => 'That is under way already.',
      random_failed: () => 'This device gives no random numbers, so no key could be made.',
      log_full: () => 'This room has reached its largest length. Create a new one.',
      server_refused: () => 'The server refused that.',
      member_unknown: () => 'That person is not in the room any more.',
    } satisfies Record<ProblemCode, (amount: number) => string>,
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    list: [
      ['Enter', 'Send'],
      ['Shift + Enter', 'New line'],
      ['Alt + ↑ / ↓', 'Previous or next room'],
      ['Alt + M', 'Go to the message box'],
      ['Alt + I', 'Invite'],
      ['Page up / Page down', 'Scroll messages, when they have the focus'],
      ['Esc', 'Close a dialog or menu'],
      ['Ctrl + /', 'This list'],
    ] as const,
  },

  dialog: { close: 'Close', cancel: 'Cancel' },
};
