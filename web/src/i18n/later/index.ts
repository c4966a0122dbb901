import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of the watch app that no first picture needs: they come with the pages that say them. */
export const t = messages(zh, en);
