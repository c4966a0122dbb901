import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words about what is kept of a viewer, and what they allow. */
export const t = messages(zh, en);
