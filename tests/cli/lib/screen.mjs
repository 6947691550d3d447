// What a terminal shows of what it was sent: as much of ECMA-48 and xterm as curses uses for one.

const kEscape = '\u001b';
// A control sequence, a title, a choice of characters, a single escape, a control character.
const kControl = new RegExp(
  [
    `^(?:${kEscape}\\[[?>]?([\\d;]*)([@-~])`,
    `${kEscape}\\].*?(?:\u0007|${kEscape}\\\\)`,
    `${kEscape}[()].`,
    `${kEscape}[=>78MDEc]`,
    '[\b\r\n\u0007\u000e\u000f])',
  ].join('|'),
  's',
);

export class TerminalScreen {
  constructor(rows, columns) {
    this.rows = rows;
    this.columns = columns;
    this.clear();
    this.pending = '';
  }

  clear() {
    this.cells = Array.from({ length: this.rows }, () => new Array(this.columns).fill(' '));
    this.row = 0;
    this.column = 0;
  }

  /** The lines as they are seen, without white space at their ends. */
  get lines() {
    return this.cells.map((row) => row.join('').trimEnd());
  }

  feed(text) {
    let rest = this.pending + text;
    while (rest !== '') {
      const control = kControl.exec(rest);
      if (control !== null) {
        this.obey(control);
        rest = rest.slice(control[0].length);
      } else if (rest.startsWith(kEscape)) {
        break; // the rest of it has not come yet
      } else {
        const character = String.fromCodePoint(rest.codePointAt(0));
        this.put(character);
        rest = rest.slice(character.length);
      }
    }
    this.pending = rest;
  }

  put(character) {
    if (this.column >= this.columns) {
      this.column = 0;
      this.down();
    }
    this.cells[this.row][this.column++] = character;
    this.last = character;
  }

  down() {
    if (this.row + 1 < this.rows) {
      ++this.row;
    } else {
      this.cells.shift();
      this.cells.push(new Array(this.columns).fill(' '));
    }
  }

  obey([whole, parameters, final]) {
    if (whole === '\b') this.column = Math.max(0, this.column - 1);
    else if (whole === '\r') this.column = 0;
    else if (whole === '\n') this.down();
    if (final === undefined) return;
    const numbers = (parameters ?? '').split(';').map(Number);
    const count = numbers[0] || 1;
    const row = this.cells[this.row];
    const blank = (from, to) => row.fill(' ', from, to);
    const within = (value, end) => Math.min(Math.max(value, 0), end - 1);
    const go = (to, column) => {
      this.row = within(to, this.rows);
      this.column = within(column, this.columns);
    };
    const move = {
      A: () => go(this.row - count, this.column),
      B: () => go(this.row + count, this.column),
      C: () => go(this.row, this.column + count),
      D: () => go(this.row, this.column - count),
      G: () => go(this.row, count - 1),
      d: () => go(count - 1, this.column),
      H: () => go(count - 1, (numbers[1] || 1) - 1),
      J: () => (numbers[0] === 2 ? this.clear() : this.blankBelow()),
      K: () => (numbers[0] === 1 ? blank(0, this.column + 1) : blank(this.column, this.columns)),
      X: () => blank(this.column, this.column + count),
      P: () => {
        row.splice(this.column, count);
        row.push(...new Array(count).fill(' '));
      },
      '@': () => {
        row.splice(this.column, 0, ...new Array(count).fill(' '));
        row.length = this.columns;
      },
      b: () => {
        for (let i = 0; i < count; ++i) this.put(this.last);
      },
      L: () => this.scrollRows(count),
      M: () => this.scrollRows(-count),
    };
    move[final]?.();
  }

  blankBelow() {
    this.cells[this.row].fill(' ', this.column);
    for (let row = this.row + 1; row < this.rows; ++row) this.cells[row].fill(' ');
  }

  /** Rows from the cursor on move down (or up) by so many. */
  scrollRows(count) {
    for (let i = 0; i < Math.abs(count); ++i) {
      if (count > 0) {
        this.cells.splice(this.row, 0, new Array(this.columns).fill(' '));
        this.cells.pop();
      } else {
        this.cells.splice(this.row, 1);
        this.cells.push(new Array(this.columns).fill(' '));
      }
    }
  }
}
