import type { Component } from 'svelte';
import Devices from './Devices.svelte';
import Me from './Me.svelte';
import Minors from './Minors.svelte';
import Name from './Name.svelte';
import Owner from './Owner.svelte';
import Privacy from './Privacy.svelte';
import Who from './Who.svelte';

/** What lies under Me, by its address. */
export const mePages: Record<string, Component> = {
  '/me': Me,
  '/me/who': Who,
  '/me/devices': Devices,
  '/me/name': Name,
  '/me/privacy': Privacy,
  '/me/minors': Minors,
  '/me/minors/forgotten': Owner,
  '/me/minors/first-pin': Owner,
  '/me/minors/age': Owner,
};
