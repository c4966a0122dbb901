/** The player: framework-free. One Pool of three Engines, a Budget, a Prefetcher and a progress Reporter. */
export { aheadLimit, Budget, type Totals } from './budget.ts';
export { Engine, type EngineState, type Quality } from './engine.ts';
export { loadHls } from './hls.ts';
export { type FirstFrame, Pool, type Source } from './pool.ts';
export { Prefetcher } from './prefetch.ts';
export { everyMs, Reporter } from './progress.ts';
export { Ranges } from './ranges.ts';
