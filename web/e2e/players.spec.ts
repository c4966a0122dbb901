import { players, playToEnd } from './players.ts';
import { test } from './test.ts';

for (const player of players) {
  test(`${player.name} plays a portrait episode with subtitles to its end`, async ({ page, house }) => {
    await playToEnd(page, player, house.lantern.episodes[0] ?? '');
  });
}
