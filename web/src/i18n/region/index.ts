import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words about the country whose rules hold for a viewer. */
export const t = messages(zh, en);
