/** Everything around the player that a first picture does not need. */
export { default as EpisodesSheet } from '../../kit/drama/EpisodesSheet.svelte';
export { default as ContextPanel } from './ContextPanel.svelte';
export { default as Countdown } from './Countdown.svelte';
export { default as DebugPanel } from './DebugPanel.svelte';
export { default as HandoffSheet } from './HandoffSheet.svelte';
export { default as MenuSheet } from './MenuSheet.svelte';
export { enterStage } from './on-stage.ts';
export { default as PlayerBar } from './PlayerBar.svelte';
export { default as WhySheet } from './WhySheet.svelte';
