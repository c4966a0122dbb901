type Renew = () => Promise<boolean>;

let ask: Renew = async () => false;
let asking: Promise<boolean> | undefined;

/** A session that has ended: whoever works here is asked to sign in again, once for all calls that were refused. */
export const renewal = {
  /** Who asks. */
  by(asker: Renew): void {
    ask = asker;
  },
  ask: (): Promise<boolean> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  },
};
