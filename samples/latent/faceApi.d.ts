/** tools/judges has it; meter.ts says what of it is used. */
declare module '@vladmandic/face-api';
