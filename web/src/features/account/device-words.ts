import type { Player } from '../../api/players.ts';
import type { Device } from '../../api/types.ts';
import { ago } from '../../i18n/format.ts';
import { t as d } from '../../i18n/later/index.ts';
import { t } from '../../i18n/watch/index.ts';
import { screens } from '../../player/ui/screens.svelte.ts';

/** What another device shows that is here; it can be controlled and brought over. */
export function shownBy(device: Device): Player | undefined {
  const player = screens.roster.presence(device.id) === 'here' ? screens.roster.last(device.id) : undefined;
  return !device.current && player?.episode_id ? player : undefined;
}

/** What a device is, and what it does or when it was used. */
export function deviceWords(device: Device): string {
  const model = device.model && device.model !== device.name ? `${device.model} · ` : '';
  return model + used(device);
}

function used(device: Device): string {
  if (device.current) return t('thisDevice');
  const player = shownBy(device);
  if (player?.title)
    return d(player.state === 'playing' ? 'devicePlays' : 'deviceStands', {
      title: player.title,
      n: player.number ?? 1,
    });
  if (screens.roster.presence(device.id) === 'here') return d('deviceHere');
  return t('lastSeen', { when: ago(device.last_seen_at) });
}
