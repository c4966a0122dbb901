import { client } from './client.ts';
import { postOnce } from './once.ts';
import { renewal } from './renewal.ts';
import type { Page, Wire } from './types.ts';

export type { Genre } from './types.ts';
export type Organisation = Wire['AccountWireOrganisation'];
export type OrganisationKind = Organisation['kind'];
export type Staff = Wire['AccountWireStaff'];
export type Role = Staff['roles'][number];
/** A request for roles that waits for another administrator. */
export type OpenGrant = Wire['AccountWireOpenGrant'];
/** One of my sign-ins. */
export type StaffSession = Wire['AccountWireStaffSession'];
/** One of my passkeys. */
export type StaffKey = Wire['StaffkeyKey'];
/** A line of what was done about who may do what. */
export type StaffEntry = Wire['AccountWireEntry'];

export type Drama = Wire['CatalogueConsoleDrama'];
export type DramaState = Drama['state'];
export type PosterShape = 'portrait' | 'landscape';
/** The same words in several languages, keyed by language tag. */
export type Text = Drama['title'];
/** What a drama says of itself. */
export type About = Required<Omit<DramaEdit, 'publish_when_ready'>>;
type DramaEdit = Omit<Wire['EditDramaRequest'], 'version'>;
/** Part of a path, so not a type of the document's. */
export type Step = 'ready' | 'publish' | 'withdraw' | 'reopen';
export type Missing = Wire['CatalogueMissing'];
export type Episode = Wire['CatalogueConsoleEpisode'];
/** Inside a drama the verdict is the outcome alone. */
export type EpisodeAsset = Wire['CatalogueAssetSummary'];
/** An episode that shows a master. */
export type Use = Wire['CatalogueUse'];

/** What lists and live events tell of a master. */
export type AssetSummary = Wire['MediaSummary'];
export type AssetState = AssetSummary['state'];
export type Asset = Wire['MediaAssetJSON'];
export type Finding = Wire['MediaFindingJSON'];
export type Verdict = Wire['MediaVerdict'];
/** An upload of mine that has not ended. */
export type OpenUpload = Wire['MediaUploadJSON'];

/** Something I have to know or do. */
export type InboxItem = Wire['InboxWireItem'];
export type InboxCount = Omit<Wire['InboxCountResponse'], 'kinds'>;
/** A sort of matter, with how much of it is open. */
export type InboxKind = Wire['InboxKind'];
/** What I want by mail. */
export type InboxWish = Wire['InboxWish'];
export type Often = InboxWish['urgent'];

/** Rule packs in force, proposed and in the folder. */
export type Markets = Wire['ListMarketsResponse'];
export type MarketInForce = Markets['packs'][number];
export type PackProposal = Markets['proposals'][number];
export type PackFile = Markets['files'][number];
export type PackSeen = Wire['DiffPackResponse'];
export type PackChange = PackSeen['changes'][number];
export type DramaClass = Wire['ClassifyDramaResponse'];

/** A version of a drama on its way through review. */
export type Review = Wire['ReviewWireListed'];
export type ReviewState = Review['state'];
/** One of them with all that belongs to it, as it is for me. */
export type ReviewDesk = Wire['ReviewWireDesk'];
export type ReviewAct = Wire['ReviewWireAct'];
export type ReviewPart = Wire['ReviewWirePart'];
export type ReviewMark = Wire['ReviewWireMark'];
export type ReviewChoice = Wire['ReviewWireChoice'];
export type ReviewChange = Wire['ReviewWireChange'];
export type ReviewFinding = Wire['ReviewWireFinding'];
export type ReviewLinks = Wire['ReviewLinks'];
/** How much of a version I have seen. */
export type Watched = Wire['ReviewWireSeen'];
export type ReviewVerb = Wire['DecideReviewRequest']['verb'];
export type Severity = ReviewMark['severity'];

export type System = Wire['AppSystem'];
export type DeadLetter = Wire['BusDeadLetter'];

/** How the public log stands. */
export type LogState = Wire['AuditWireState'];
export type LogEntry = Wire['AuditWireEntry'];

export const base = '/api/console/v1';
export const uploadsUrl = `${base}/uploads/`;
export const liveUrl = `${base}/live`;

/** A passkey that was not accepted ends no session. */
const renew = (code: string) => (code.startsWith('passkey.') ? Promise.resolve(false) : renewal.ask());
const api = client(base, renew);
/** Who comes in or goes out is not asked to sign in for it. */
const door = client(base);
const at = encodeURIComponent;
type After = string | null | undefined;

/** The console API, one function per call. All throw Problem. */
export const staffApi = {
  setUpNeeded: () => door.get<Wire['SetupNeededResponse']>('/setup'),
  setUp: (body: Wire['SetUpRequest']) => door.post<Wire['SetUpResponse']>('/setup', { body }),
  signIn: (body: Wire['SignInRequest']) => door.post<Wire['SignInResponse']>('/sessions', { body }),
  provider: () => door.get<Wire['StaffProviderResponse']>('/sessions/oidc'),
  /** Where to go on at the outside provider to sign in. */
  beginAtProvider: () => door.post<Wire['BeginStaffProviderSignInResponse']>('/sessions/oidc/begin').then((r) => r.url),
  beginPasskeySignIn: () => door.post<Wire['BeginStaffPasskeySignInResponse']>('/sessions/passkey/begin'),
  signInWithPasskey: (body: Wire['KeyringShown']) =>
    door.post<Wire['StaffPasskeySignInResponse']>('/sessions/passkey', { body }),
  signOut: () => door.delete<void>('/sessions/current'),
  me: () => door.get<Staff>('/me'),
  changePassword: (body: Wire['ChangePasswordRequest']) => api.post<void>('/me/password', { body }),
  sessions: () => api.get<Wire['MySessionsResponse']>('/me/sessions'),
  endSession: (id: string) => api.delete<void>(`/me/sessions/${at(id)}`),
  endOtherSessions: () => api.delete<void>('/me/sessions'),
  choosePassword: (body: Wire['ChoosePasswordRequest']) =>
    door.post<Wire['ChoosePasswordResponse']>('/password', { body }),
  identities: () => api.get<Wire['StaffIdentitiesResponse']>('/me/identities'),
  /** Where to go on at the outside provider for an identity to add. */
  beginIdentity: (body: Wire['BeginStaffIdentityRequest']) =>
    api.post<Wire['BeginStaffIdentityResponse']>('/me/identities/begin', { body }).then((r) => r.url),
  removeIdentity: (id: string) => api.delete<void>(`/me/identities/${at(id)}`),
  passkeys: () => api.get<Wire['StaffPasskeysResponse']>('/me/passkeys').then((r) => r.passkeys),
  beginPasskey: (body: Wire['BeginStaffPasskeyRequest']) =>
    api.post<Wire['BeginStaffPasskeyResponse']>('/me/passkeys/begin', { body }),
  addPasskey: (body: Wire['KeyringMade']) => api.post<void>('/me/passkeys', { body }),
  renamePasskey: (id: string, body: Wire['RenameStaffPasskeyRequest']) =>
    api.patch<void>(`/me/passkeys/${at(id)}`, { body }),
  removePasskey: (id: string) => api.delete<void>(`/me/passkeys/${at(id)}`),
  organisations: (after?: After) => api.get<Page<Organisation>>('/organisations', { query: { after, limit: 100 } }),
  found: (body: Wire['FoundOrganisationRequest']) => api.post<Organisation>('/organisations', { body }),
  people: (after?: After) => api.get<Page<Staff>>('/staff', { query: { after, limit: 100 } }),
  hire: (body: Wire['HireRequest']) => api.post<Wire['AccountWireHired']>('/staff', { body }),
  reassign: (id: string, body: Wire['ReassignRequest']) =>
    api.patch<Wire['AccountWireReassigned']>(`/staff/${at(id)}`, { body }),
  grants: () => api.get<Wire['ListGrantsResponse']>('/grants'),
  approve: (id: string) => api.post<void>(`/grants/${at(id)}/approval`),
  endGrant: (id: string) => api.delete<void>(`/grants/${at(id)}`),
  log: (after?: After) => api.get<Page<StaffEntry>>('/staff-log', { query: { after, limit: 20 } }),
  passwordLink: (id: string) => api.post<Wire['AccountWireLink']>(`/staff/${at(id)}/password-link`),
  signOutEverywhere: (id: string) => api.post<void>(`/staff/${at(id)}/sign-out`),
};

/** The youngest band that is shown a drama; null: no minor is. */
export type MinorsFrom = Wire['ConsoleDramaMinorsResponse']['from_band'];
export const minorsApi = {
  from: (drama: string) => api.get<Wire['ConsoleDramaMinorsResponse']>(`/dramas/${at(drama)}/minors`),
  place: (drama: string, from_band: MinorsFrom) =>
    api.put<Wire['ConsoleDramaMinorsResponse']>(`/dramas/${at(drama)}/minors`, { body: { from_band } }),
};

export const dramaApi = {
  genres: () => api.get<Wire['ConsoleGenresResponse']>('/genres'),
  list: (query: { state?: string; q?: string; after?: After; limit?: number }) =>
    api.get<Page<Drama>>('/dramas', { query }),
  create: (body: Wire['CreateDramaRequest']) => postOnce<Drama>(api, '/dramas', body),
  get: (id: string) => api.get<Drama>(`/dramas/${at(id)}`),
  edit: (id: string, version: number, body: DramaEdit) =>
    api.patch<Drama>(`/dramas/${at(id)}`, { body: { ...body, version } satisfies Wire['EditDramaRequest'] }),
  remove: (id: string, version: number) => api.delete<void>(`/dramas/${at(id)}`, { query: { version } }),
  step: (id: string, step: Step, version: number, reason: string) =>
    api.post<Drama>(`/dramas/${at(id)}/${step}`, { body: { version, reason } satisfies Wire['PublishDramaRequest'] }),
  putPoster: (id: string, shape: PosterShape, lang: string, file: Blob) =>
    api.put<void>(`/dramas/${at(id)}/posters/${shape}/${at(lang)}`, {
      body: file,
      headers: { 'content-type': file.type },
    }),
  removePoster: (id: string, shape: PosterShape, lang: string) =>
    api.delete<void>(`/dramas/${at(id)}/posters/${shape}/${at(lang)}`),
  exportUrl: (id: string) => `${base}/dramas/${at(id)}/export`,
  addEpisode: (id: string, body: Wire['CatalogueWireEpisodeChange']) =>
    postOnce<Drama>(api, `/dramas/${at(id)}/episodes`, body),
  editEpisode: (id: string, body: Wire['CatalogueWireEpisodeChange']) =>
    api.patch<Drama>(`/episodes/${at(id)}`, { body }),
  /** The episodes that show these masters. */
  uses: (assets: string[]) => api.get<Page<Use>>('/episodes', { query: { assets: assets.join(',') } }),
  removeEpisode: (id: string) => api.delete<void>(`/episodes/${at(id)}`),
  putSubtitles: (episode: string, lang: string, file: File) =>
    api.put<void>(`/episodes/${at(episode)}/subtitles/${at(lang)}`, {
      body: file,
      headers: { 'content-type': /\.srt$/i.test(file.name) ? 'application/x-subrip' : 'text/vtt' },
    }),
  removeSubtitles: (episode: string, lang: string) =>
    api.delete<void>(`/episodes/${at(episode)}/subtitles/${at(lang)}`),
};

export const mediaApi = {
  assets: (query: { drama?: string; state?: string; after?: After; limit?: number }) =>
    api.get<Page<AssetSummary>>('/assets', { query }),
  asset: (id: string) => api.get<Asset>(`/assets/${at(id)}`),
  act: (id: string, what: 'cancel' | 'retry' | 'av1') => api.post<AssetSummary>(`/assets/${at(id)}/${what}`),
  remove: (id: string) => api.delete<void>(`/assets/${at(id)}`),
  preview: (id: string) => api.post<Wire['MediaPreviewJSON']>(`/assets/${at(id)}/preview`),
  openUploads: () => api.get<Page<OpenUpload>>('/uploads'),
};

export const inboxApi = {
  list: (state: 'open' | 'ended', kind: string, after?: After) =>
    api.get<Page<InboxItem>>('/inbox', { query: { state, kind: kind || undefined, after } }),
  count: () => api.get<Wire['InboxCountResponse']>('/inbox/count'),
  read: (id: string) => api.put<void>(`/inbox/${at(id)}/read`),
  finish: (id: string) => api.put<void>(`/inbox/${at(id)}/done`),
  reopen: (id: string) => api.delete<void>(`/inbox/${at(id)}/done`),
  wish: () => api.get<InboxWish>('/me/inbox-mail'),
  setWish: (body: InboxWish) => api.put<void>('/me/inbox-mail', { body }),
};

export const marketsApi = {
  list: () => api.get<Markets>('/markets'),
  propose: (body: Wire['ProposePackRequest']) => api.post<PackSeen>('/market-packs', { body }),
  look: (id: string) => api.get<PackSeen>(`/market-packs/${at(id)}`),
  confirm: (id: string, diff: string) => api.post<PackSeen>(`/market-packs/${at(id)}/confirmation`, { body: { diff } }),
  withdraw: (id: string) => api.delete<void>(`/market-packs/${at(id)}`),
  classify: (code: string, body: Wire['ClassifyDramaRequest']) =>
    api.post<DramaClass>(`/markets/${at(code)}/classify`, { body }),
};

export const reviewApi = {
  queue: (state: string, after?: After) =>
    api.get<Page<Review>>('/reviews', { query: { state: state || undefined, after } }),
  /** Of one drama, the youngest first. */
  of: (drama: string) =>
    api.get<Wire['ListReviewsOfDramaResponse']>(`/dramas/${at(drama)}/reviews`).then((r) => r.items),
  submit: (drama: string) => api.post<ReviewDesk>(`/dramas/${at(drama)}/reviews`),
  look: (id: string) => api.get<ReviewDesk>(`/reviews/${at(id)}`),
  decide: (id: string, body: Wire['DecideReviewRequest']) => api.post<ReviewDesk>(`/reviews/${at(id)}/acts`, { body }),
  links: (id: string, episode: number) => api.post<ReviewLinks>(`/reviews/${at(id)}/links`, { body: { episode } }),
  beat: (id: string, body: Wire['BeatReviewRequest']) => api.post<Watched>(`/reviews/${at(id)}/beats`, { body }),
  mark: (id: string, body: Wire['MarkReviewRequest']) => api.post<ReviewMark>(`/reviews/${at(id)}/marks`, { body }),
  findings: (id: string) => api.get<Wire['ListFindingsResponse']>(`/reviews/${at(id)}/findings`).then((r) => r.items),
  answer: (id: string, finding: string, body: Wire['AnswerFindingRequest']) =>
    api.put<ReviewFinding>(`/reviews/${at(id)}/findings/${at(finding)}`, { body }),
};

export const systemApi = {
  system: () => api.get<System>('/system'),
  deadLetters: (after?: After) => api.get<Page<DeadLetter>>('/dead-letters', { query: { after } }),
  redeliver: (id: string) => api.post<void>(`/dead-letters/${at(id)}/redeliver`),
};

export const logApi = {
  state: () => api.get<LogState>('/log'),
  /** The latest first; of one drama, or of all where it is ''. */
  entries: (drama: string, after?: After) =>
    api.get<Page<LogEntry>>('/log/entries', { query: { drama: drama || undefined, after } }),
  proofUrl: (seq: number) => `${base}/log/entries/${seq}/proof`,
};
