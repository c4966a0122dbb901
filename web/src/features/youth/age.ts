import { whenAnother } from '../../api/another.ts';
import { told } from '../../device/bridge.ts';

/** How long what was brought needs no bringing again, unless the shell says something else. */
const keepMs = 3_600_000;
/** After a failure: what is wrong may be the network's. */
const againMs = 60_000;

let brought = '';
let until = 0;
/** The statement was of who watched before; of who watches now the shell is asked anew. */
whenAnother(() => {
  brought = '';
});

/** What a statement says, whenever it was signed: v1;from=store;ages=13-15. */
const gist = (statement: string) => statement.split(';', 3).join(';');

/** Brings the server what the shell says of the age of who uses the device, if it says something else or it is time. */
export async function lookAtAge(bring: (statement: string) => Promise<unknown>): Promise<void> {
  const statement = told('age');
  if (statement === '' || (gist(statement) === brought && Date.now() < until)) return;
  brought = gist(statement);
  until = Date.now() + keepMs;
  try {
    await bring(statement);
  } catch {
    until = Date.now() + againMs;
  }
}
