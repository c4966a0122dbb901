import { MediaQuery } from 'svelte/reactivity';

/** Whether there is room beside an upright picture: a foldable that is open, a tablet, anything wider. */
export const wide = new MediaQuery('(min-width: 600px)');
