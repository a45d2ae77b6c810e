// The call in small.

export { MiniPlayer, type MiniPlayerProps } from "./MiniPlayer.js";
