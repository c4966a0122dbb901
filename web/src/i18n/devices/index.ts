import { messages } from '../messages.ts';
import { en } from './en.ts';
import { zh } from './zh-CN.ts';

/** Words of devices and of handing over; not needed for a first picture. */
export const t = messages(zh, en);
