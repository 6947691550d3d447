// One tab at a time has the rooms of this device.

const kName = '0fc vault';

export class TabLock {
  readonly #locks: LockManager;
  readonly #lost: () => void;
  #held = false;

  /** `lost` is called when another tab takes the lock from this one. */
  constructor(locks: LockManager, lost: () => void) {
    this.#locks = locks;
    this.#lost = lost;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Whether no tab has it. */
  async isFree(): Promise<boolean> {
    const { held = [] } = await this.#locks.query();
    return !held.some(({ name }) => name === kName);
  }

  /** False if another tab has it. `steal` takes it from there. It is kept until this tab goes, or another steals it. */
  acquire(steal: boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const options: LockOptions = steal ? { steal } : { ifAvailable: true };
      this.#locks
        .request(kName, options, (lock) => {
          this.#held = lock !== null;
          resolve(this.#held);
          return lock === null ? undefined : new Promise<never>(() => undefined);
        })
        .catch((error: unknown) => {
          if (!this.#held) {
            reject(error);
            return;
          }
          this.#held = false;
          this.#lost();
        });
    });
  }
}
