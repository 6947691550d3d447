// A stretch of libthemis' memory for one call: inputs are copied in, the output is read out, and all of it is zeroed.
import { kSuccess, type LibThemis, type Status } from './libthemis.ts';

const kAlign = 8;
const aligned = (size: number): number => Math.ceil(size / kAlign) * kAlign;
/** What an output takes besides its bytes: a `size_t` that says how large it may be, then how large it is. */
export const kSizeBytes = kAlign;

export class Scratch {
  readonly #lib: LibThemis;
  readonly #start: number;
  readonly #size: number;
  #at: number;

  private constructor(lib: LibThemis, size: number) {
    this.#lib = lib;
    this.#size = size;
    this.#start = lib.malloc(size);
    if (this.#start === 0) throw new Error('libthemis has no memory');
    this.#at = this.#start;
  }

  /** Runs `use` over room for pieces of these sizes, of which nothing is left afterwards. */
  static with<Result>(lib: LibThemis, sizes: readonly number[], use: (scratch: Scratch) => Result): Result {
    const size = Math.max(
      kAlign,
      sizes.reduce((sum, piece) => sum + aligned(piece), 0),
    );
    const scratch = new Scratch(lib, size);
    try {
      return use(scratch);
    } finally {
      scratch.view(scratch.#start, size).fill(0);
      lib.free(scratch.#start);
    }
  }

  #take(size: number): number {
    const taken = this.#at;
    this.#at += aligned(size);
    if (this.#at > this.#start + this.#size) throw new Error('scratch is used up');
    return taken;
  }

  /** Copies bytes in and returns where they are; none are at 0. */
  put(bytes: Uint8Array): number {
    if (bytes.length === 0) return 0;
    const pointer = this.#take(bytes.length);
    this.view(pointer, bytes.length).set(bytes);
    return pointer;
  }

  /** Room for an output, and a `size_t` that holds its size. */
  output(size: number): { readonly pointer: number; readonly size: number } {
    const sizePointer = this.#take(kSizeBytes);
    new DataView(this.#lib.memory.buffer).setUint32(sizePointer, size, true);
    return { pointer: this.#take(size), size: sizePointer };
  }

  number(pointer: number): number {
    return new DataView(this.#lib.memory.buffer).getUint32(pointer, true);
  }

  /** The bytes there. Made anew each time, since a view ends when the memory grows. */
  view(pointer: number, size: number): Uint8Array {
    return new Uint8Array(this.#lib.memory.buffer, pointer, size);
  }
}

/**
 * Copies `inputs` into libthemis, runs `call(where each is…, the output, its size_t)`, and, at status `good`, copies the
 * output into `out`. Returns the status and how many bytes of `out` were written.
 */
export function throughScratch(
  lib: LibThemis,
  inputs: readonly Uint8Array[],
  out: Uint8Array,
  call: (...pointers: number[]) => Status,
  good: Status = kSuccess,
): { readonly status: Status; readonly size: number } {
  return Scratch.with(lib, [...inputs.map((input) => input.length), out.length, kSizeBytes], (scratch) => {
    const pointers = inputs.map((input) => scratch.put(input));
    const to = scratch.output(out.length);
    const status = call(...pointers, to.pointer, to.size);
    if (status !== good) return { status, size: 0 };
    const size = scratch.number(to.size);
    out.set(scratch.view(to.pointer, size));
    return { status, size };
  });
}
