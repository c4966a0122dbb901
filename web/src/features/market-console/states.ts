import type { PackFile, PackProposal } from '$/api/console.ts';
import { type MarketsKey, t } from '$/i18n/markets/index.ts';

const states: Record<PackProposal['state'], MarketsKey> = {
  staged: 'staged',
  waiting: 'waiting',
  in_force: 'inForceState',
  superseded: 'superseded',
  withdrawn: 'withdrawn',
};
const files: Record<PackFile['state'], MarketsKey> = {
  new: 'fileNew',
  in_force: 'fileInForce',
  proposed: 'fileProposed',
  broken: 'fileBroken',
};

export const stateWord = (state: PackProposal['state']) => t(states[state]);
export const fileWord = (state: PackFile['state']) => t(files[state]);
