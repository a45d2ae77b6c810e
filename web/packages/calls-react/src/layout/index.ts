// Where tiles go.

export { type LayoutInput, layout, NARROW_PX, pageCapacity } from "./layout.js";
export { type OrderInput, orderTiles } from "./order.js";
export type { Layout, LayoutTile, Placement, Rect, Size, TileRole } from "./types.js";
