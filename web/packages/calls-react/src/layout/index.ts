// Where tiles go.

export { type ArrangeInput, type Arrangement, arrange, UNARRANGED } from "./arrange.js";
export { type LayoutInput, layout, NARROW_PX, pageCapacity } from "./layout.js";
export { bringSpeaker, type OrderInput, orderTiles, type SpeakerInput, swapTiles } from "./order.js";
export type { Layout, LayoutMode, LayoutTile, Placement, Rect, Size, TileRole } from "./types.js";
