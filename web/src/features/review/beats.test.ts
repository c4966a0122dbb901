import { describe, expect, it } from 'vitest';
import type { Watched } from '$/api/console.ts';
import { Problem } from '$/api/problem.ts';
import { type Beat, Beats } from './beats.ts';

const nothing: Watched = { share: 0, spans: [] };
/** A server that answers when it is told to. */
function server() {
  const sent: Beat[] = [];
  const answers: { ok: () => void; no: (error: unknown) => void }[] = [];
  const linked: number[] = [];
  const failing: boolean[] = [];
  const beats = new Beats({
    send: (beat) => {
      sent.push(beat);
      return new Promise((ok, no) => answers.push({ ok: () => ok(nothing), no }));
    },
    links: async (episode) => linked.push(episode),
    heard: () => {},
    failing: (yes) => failing.push(yes),
    wait: async () => {},
  });
  const settle = () => new Promise((go) => setTimeout(go));
  const answer = async (what: 'ok' | Problem) => {
    const next = answers.shift();
    if (what === 'ok') next?.ok();
    else next?.no(what);
    await settle();
  };
  return { beats, sent, answer, linked, failing };
}
const places = (sent: Beat[]) => sent.map((b) => b.position_ms);

describe('what the server is told', () => {
  it('comes one after the other, and the latest place overtakes those between', async () => {
    const { beats, sent, answer } = server();
    for (const ms of [0, 1000, 2000, 3000, 4000]) beats.tell(1, ms);
    expect(places(sent)).toEqual([0]);
    await answer('ok');
    await answer('ok');
    expect(places(sent)).toEqual([0, 4000]);
    expect(new Set(sent.map((b) => b.sitting)).size).toBe(1);
  });

  it('keeps where a stretch ended when somebody jumps', async () => {
    const { beats, sent, answer } = server();
    beats.tell(1, 0);
    beats.tell(1, 4000);
    beats.begin();
    beats.tell(1, 60_000);
    for (let n = 0; n < 3; n++) await answer('ok');
    expect(places(sent)).toEqual([0, 4000, 60_000]);
    expect(sent[1]?.sitting).not.toBe(sent[2]?.sitting);
  });

  it('takes links again when they are gone, once', async () => {
    const { beats, sent, answer, linked } = server();
    beats.tell(3, 5000);
    await answer(new Problem(409, 'review.links_needed', ''));
    expect(linked).toEqual([3]);
    expect(places(sent)).toEqual([5000, 5000]);
    await answer(new Problem(409, 'review.links_needed', ''));
    expect(places(sent)).toEqual([5000, 5000]);
  });

  it('is said again after the network was gone, unless there is something newer to say', async () => {
    const { beats, sent, answer, failing } = server();
    beats.tell(1, 0);
    await answer(new Problem(0, '', ''));
    expect(places(sent)).toEqual([0, 0]);
    beats.tell(1, 4000);
    await answer(new Problem(0, '', ''));
    expect(places(sent)).toEqual([0, 0, 4000]);
    await answer('ok');
    expect(failing).toEqual([true, true, false]);
  });
});
