import '../../kit/tokens.css';
import '../../kit/base.css';
import '../../kit/console/console.css';
import { mount } from 'svelte';
import { applyLocale } from '../../i18n/locale.svelte.ts';
import { start } from '../../router/index.svelte.ts';
import Console from './Console.svelte';
import { applyTheme } from './theme.svelte.ts';

applyLocale();
applyTheme();
start('/console');
const target = document.getElementById('app');
if (target) mount(Console, { target });
