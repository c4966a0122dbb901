/** What a screen can do, as the browser tells it. */
export interface Abilities {
  width: number;
  height: number;
  /** It may be turned. */
  turns: boolean;
  av1: boolean;
  hevc: boolean;
  hlg: boolean;
  pq: boolean;
  /** 60 frames a second in 1080p. */
  fast: boolean;
}

/** The words of the header X-Display, by which the server offers what the screen can show. */
export function displayText(a: Abilities): string {
  const words = { av1: a.av1, hevc: a.hevc, hlg: a.hlg, pq: a.pq, '60': a.fast, turns: a.turns };
  const said = (['av1', 'hevc', 'hlg', 'pq', '60', 'turns'] as const).filter((word) => words[word]);
  return [`${a.width}x${a.height}`, ...said].join('_');
}

const portrait1080 = { width: 1080, height: 1920, bitrate: 6_000_000 };
type Video = Partial<VideoConfiguration>;

/** Asks the browser; what it does not know to be smooth counts as no. */
async function abilities(): Promise<Abilities> {
  const smooth = async (codec: string, framerate: number, more: Video = {}) => {
    try {
      const video = { ...portrait1080, contentType: `video/mp4; codecs="${codec}"`, framerate, ...more };
      const can = await navigator.mediaCapabilities.decodingInfo({ type: 'media-source', video });
      return can.supported && can.smooth;
    } catch {
      return false;
    }
  };
  const high = matchMedia('(dynamic-range: high)').matches;
  const wide = { colorGamut: 'rec2020' } as const;
  const ten = ['av01.0.08M.10', 'hvc1.2.4.L123.B0'];
  const either = async (more: Video) => high && (await Promise.all(ten.map((c) => smooth(c, 30, more)))).some(Boolean);
  const [av1, hevc, hlg, pq, fast] = await Promise.all([
    smooth('av01.0.08M.08', 30),
    smooth('hvc1.1.6.L123.B0', 30),
    either({ ...wide, transferFunction: 'hlg' }),
    either({ ...wide, transferFunction: 'pq', hdrMetadataType: 'smpteSt2086' }),
    smooth('avc1.64002a', 60),
  ]);
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(screen.width * ratio), Math.round(screen.height * ratio)];
  return { width, height, turns: matchMedia('(pointer: coarse)').matches, av1, hevc, hlg, pq, fast };
}

/** Finds out what the screen can do and keeps it for the launches to come. */
export async function rememberDisplay(): Promise<void> {
  localStorage.setItem('display', displayText(await abilities()));
}
