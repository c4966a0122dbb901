import '../../kit/tokens.css';
import '../../kit/base.css';
import { mount } from 'svelte';
import { face } from '../../device/face.ts';
import { applyLocale } from '../../i18n/locale.svelte.ts';
import { start } from '../../router/index.svelte.ts';
import Watch from './Watch.svelte';

applyLocale();
start('/');
const target = document.getElementById('app');
// The other face is another app, which only television sets fetch.
if (target && face === 'tv') void import('./tv/main.ts').then((tv) => tv.open(target));
else if (target) mount(Watch, { target });

// The shell opens without a network; only the built app has a worker.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener(
    'load',
    () => void navigator.serviceWorker.register(`/shell-worker.js?face=${face}`).catch(() => {}),
  );
}
