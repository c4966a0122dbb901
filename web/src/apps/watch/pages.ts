/** Every page of the watch app that does not play at once. */
export { default as About } from '../../features/account/About.svelte';
export { default as Me } from '../../features/account/Me.svelte';
export { default as DramaList } from '../../features/catalogue/DramaList.svelte';
export { default as DramaPage } from '../../features/catalogue/DramaPage.svelte';
export { default as SearchPage } from '../../features/catalogue/SearchPage.svelte';
export { default as Theatre } from '../../features/catalogue/Theatre.svelte';
export { default as Following } from '../../features/feed/Following.svelte';
export { default as Library } from '../../features/library/Library.svelte';
