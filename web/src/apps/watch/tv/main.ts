import '../../../kit/tv/tv.css';
import { mount } from 'svelte';
import Tv from './Tv.svelte';

/** Opens the TV face. */
export function open(target: Element): void {
  mount(Tv, { target });
}
