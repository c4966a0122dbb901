/** What the API takes and answers, by the names the app gives it. schema.ts is made from the document: `make api`. */
import type { components } from './schema.ts';

export type Wire = components['schemas'];

/** What all pages have in common: OpenAPI has no generic types, so there the page of each list is a type of its own. */
export interface Page<T> {
  items: T[];
  next?: string;
}

export type DramaCard = Wire['CatalogueCard'];
export type DramaDetail = Wire['DramaResponse'];
export type EpisodeRef = Wire['CatalogueEpisodeRef'];
export type EpisodeState = Wire['CatalogueWireEpisode'];
export type Found = Wire['CatalogueFound'];
export type Genre = Wire['CatalogueLabel'];
export type Shelf = Wire['CatalogueShelf'];

export type FeedItem = Wire['FeedItemOutCatalogueCardCatalogueEpisodeRefPlaybackGrantOutCatalogueEpisodeRef'];
export type Why = Wire['FeedWhyOut'];
export type Liked = Wire['LibraryLikedEpisodeCatalogueCardCatalogueEpisodeRef'];
export type Watched = Wire['PlaybackEntryOutCatalogueCardCatalogueEpisodeRef'];
export type Me = Wire['AccountWireMe'];
/** One of the account's devices. */
export type Device = Wire['AccountWireListed'];

/** A person who watches with the account. */
export type Profile = Wire['AccountWireProfile'];

/** The permission to watch one episode, with every address needed. */
/** An answer to a request for one episode, which also says who likes it; the grants in a list do not. */
export type AskedGrant = Wire['GrantEpisodeResponse'];
export type Grant = Wire['PlaybackGrantOutCatalogueEpisodeRef'];
export type Sprite = Wire['PlaybackSprite'];
export type Subtitle = Wire['PlaybackSubtitle'];
export type Position = Wire['PlaybackPositionOut'];
export type ProgressReport = Wire['PlaybackReportIn'];
export type ProgressEvent = ProgressReport['event'];
