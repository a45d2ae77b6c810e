// The people of a call.

export type { Candidate } from "./InviteDialog.js";
export { PeoplePanel, type PeoplePanelProps } from "./PeoplePanel.js";
