/** Every page of the watch app that does not play at once. */
import '../../kit/forms.css';

export { default as ApproveTv } from '../../features/account/ApproveTv.svelte';
export { default as Stopped } from '../../features/account/Stopped.svelte';
export { default as TvCode } from '../../features/account/TvCode.svelte';
export { default as DramaList } from '../../features/catalogue/DramaList.svelte';
export { default as DramaPage } from '../../features/catalogue/DramaPage.svelte';
export { default as SearchPage } from '../../features/catalogue/SearchPage.svelte';
export { default as Theatre } from '../../features/catalogue/Theatre.svelte';
export { default as Following } from '../../features/feed/Following.svelte';
export { default as Library } from '../../features/library/Library.svelte';
export { default as Arrive } from '../../features/playback/Arrive.svelte';
export { default as RemotePage } from '../../features/playback/RemotePage.svelte';
export { default as TooMany } from '../../features/playback/TooMany.svelte';
export { default as LockScreen } from '../../features/youth/LockScreen.svelte';
export { default as RestSheet } from '../../features/youth/RestSheet.svelte';
export { screens } from '../../player/ui/screens.svelte.ts';
export { default as Foot } from './Foot.svelte';
export { default as MePages } from './MePages.svelte';
export { default as NotFound } from './NotFound.svelte';
export { takePart } from './take-part.ts';
