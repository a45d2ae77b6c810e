// Who may do what. A route or an event without a row fails `matrix.test.mjs`.

const body = (value) => ({ body: () => value });

/**
 * Routes as each role, while `host` calls `callee` in a group whose further member `member` was
 * not invited. A cell is a status, and the code of a refusal; `|` parts what is equally right.
 * `online`: the host's device is connected; without a device a call counts as lost.
 * Columns: nobody, outsider, member, callee, host, a server with an API key.
 */
export const ROLES = ["nobody", "outsider", "member", "callee", "host", "server"];

const NOBODY = "401 unauthorized";
const NO_SERVER = "403 forbidden";
const NO_CALL = "404 call_not_found";
const NO_CONVERSATION = "404 conversation_not_found";
const RIGHT = "403 capability_missing";
const all = (cell) => [cell, cell, cell, cell, cell, cell];
/** A member of the conversation who is not the one who asks. */
const other = (w, who) => (who === w.member ? w.callee : w.member);
const people = (cell) => [NOBODY, cell, cell, cell, cell, NO_SERVER];

/** @type {Record<string, {cells: string[], body?: (w: any, who: any) => unknown, query?: (w: any) => string, path?: (w: any) => object, online?: boolean}>} */
export const ROUTES = {
  "GET /healthz": { cells: all("200") },
  "GET /readyz": { cells: all("200") },
  "GET /api/openapi.json": { cells: all("200") },
  "POST /api/auth/register": { cells: all("422 invalid"), ...body({ email: "x", password: "y", name: "" }) },
  "POST /api/auth/login": { cells: all("401 invalid_credentials"), ...body({ email: "nobody@example.com", password: "wrong password" }) },
  "POST /api/auth/refresh": { cells: all("401 invalid_refresh_token"), ...body({ refreshToken: "nonsense" }) },
  "POST /api/auth/logout": { cells: all("204|401 invalid_refresh_token|200"), ...body({ refreshToken: "nonsense" }) },
  "GET /api/users": { cells: people("200"), query: () => "?search=hostess" },
  "GET /api/users/me": { cells: people("200") },
  "PATCH /api/users/me": { cells: people("200"), body: (_, who) => ({ name: who.name }) },
  "PUT /api/users/me/status": { cells: people("200"), ...body({ doNotDisturb: false }) },
  "GET /api/users/me/blocks": { cells: people("200") },
  "PUT /api/users/me/blocks/{userId}": { cells: people("204|200"), path: (w) => ({ userId: w.spare.id }) },
  "DELETE /api/users/me/blocks/{userId}": { cells: people("204|200"), path: (w) => ({ userId: w.spare.id }) },
  "POST /api/conversations": { cells: people("201|200"), body: (w) => ({ kind: "direct", memberIds: [w.spare.id] }) },
  "GET /api/conversations": { cells: all("200").with(0, NOBODY) },
  "GET /api/conversations/{conversationId}": { cells: [NOBODY, NO_CONVERSATION, "200", "200", "200", "200"] },
  "PUT /api/conversations/{conversationId}": {
    cells: [NOBODY, NO_SERVER, NO_SERVER, NO_SERVER, NO_SERVER, "200"],
    body: (w) => ({ kind: "group", members: [w.host, w.callee, w.member].map((one) => ({ userId: one.id })) }),
  },
  "PATCH /api/conversations/{conversationId}": {
    cells: [NOBODY, NO_CONVERSATION, "403 forbidden", "403 forbidden", "200", NO_SERVER], ...body({ title: "New" }),
  },
  "POST /api/conversations/{conversationId}/members": {
    cells: [NOBODY, NO_CONVERSATION, "403 forbidden", "403 forbidden", "200", NO_SERVER], body: (w) => ({ userIds: [w.spare.id] }),
  },
  "DELETE /api/conversations/{conversationId}/members/{userId}": {
    cells: [NOBODY, NO_CONVERSATION, "204|200", "403 forbidden", "204|200", NO_SERVER], path: (w) => ({ userId: w.member.id }),
  },
  "GET /api/calls": { cells: all("200").with(0, NOBODY), query: (w) => `?conversationId=${w.conversation}` },
  "POST /api/calls/initiate": {
    cells: [NOBODY, NO_CONVERSATION, "409 call_active", "200", "409 call_active", NO_SERVER], body: (w) => ({ conversationId: w.conversation }),
    online: true,
  },
  "GET /api/calls/turn-credentials": { cells: [NOBODY, NO_CALL, "200", "200", "200", NO_SERVER], query: (w) => `?callId=${w.callId}` },
  "GET /api/calls/active": { cells: people("200") },
  "GET /api/calls/missed": { cells: people("200") },
  "POST /api/calls/missed/seen": { cells: people("200"), ...body({}) },
  "GET /api/calls/config": { cells: all("200") },
  "GET /api/calls/{callId}": { cells: [NOBODY, NO_CALL, "200", "200", "200", "200"] },
  "POST /api/calls/{callId}/answer": { cells: [NOBODY, NO_CALL, "409 call_not_active", "200", "200", NO_SERVER] },
  "POST /api/calls/{callId}/reject": { cells: [NOBODY, NO_CALL, NO_CALL, "200", "409 own_call", NO_SERVER] },
  "POST /api/calls/{callId}/end": { cells: [NOBODY, NO_CALL, NO_CALL, "200", "200", "200"] },
  "POST /api/calls/{callId}/leave": { cells: [NOBODY, NO_CALL, NO_CALL, "200", "200", NO_SERVER] },
  "PATCH /api/calls/{callId}/media": {
    cells: [NOBODY, NO_CALL, NO_CALL, "409 not_joined", "200", NO_SERVER], ...body({ audioEnabled: false }),
  },
  "GET /api/calls/{callId}/events": { cells: [NOBODY, NO_CALL, "200", "200", "200", NO_SERVER] },
  "POST /api/calls/{callId}/invite": {
    cells: [NOBODY, NO_CALL, NO_CALL, "409 not_joined|403 capability_missing", "200", NO_SERVER], body: (w, who) => ({ userIds: [other(w, who).id] }),
  },
  "PATCH /api/calls/{callId}/participants/{userId}": {
    cells: [NOBODY, NO_CALL, NO_CALL, RIGHT, "200", NO_SERVER], path: (w) => ({ userId: w.callee.id }), ...body({ role: "co-host" }),
  },
  "POST /api/calls/{callId}/participants/{userId}/remove": {
    cells: [NOBODY, NO_CALL, NO_CALL, RIGHT, "200", NO_SERVER], path: (w) => ({ userId: w.callee.id }),
  },
  "POST /api/calls/{callId}/participants/{userId}/mute": {
    cells: [NOBODY, NO_CALL, NO_CALL, RIGHT, "409 target_gone|409 not_joined", NO_SERVER], path: (w) => ({ userId: w.callee.id }),
  },
};

const UNKNOWN_CALL = "call_not_found";
const SDP = "v=0\r\n";

/**
 * Events that a client sends, in the same situation. Columns: outsider, member, callee, host.
 * @type {Record<string, {cells: string[], payload: (w: any, who: any) => object}>}
 */
export const EVENT_ROLES = ["outsider", "member", "callee", "host"];
const about = (more = () => ({})) => (w, who) => ({ callId: w.callId, ...more(w, who) });
const peer = (w, who) => (who === w.host ? w.callee.id : w.host.id);
export const CLIENT_EVENTS = {
  "call:offer": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"],
    payload: about((w, who) => ({ targetUserId: peer(w, who), offer: { type: "offer", sdp: SDP } })),
  },
  "call:answer": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"],
    payload: about((w, who) => ({ targetUserId: peer(w, who), answer: { type: "answer", sdp: SDP } })),
  },
  "call:ice-candidate": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"],
    payload: about((w, who) => ({ targetUserId: peer(w, who), candidate: null })),
  },
  "call:initiate": {
    cells: ["conversation_not_found", "call_active", "ok", "call_active"],
    payload: (w) => ({ conversationId: w.conversation }),
  },
  "call:accept": { cells: [UNKNOWN_CALL, "call_not_active", "ok", "ok"], payload: about() },
  "call:join": { cells: [UNKNOWN_CALL, "call_not_active", "ok", "ok"], payload: about() },
  "call:reject": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "ok", "own_call"], payload: about() },
  "call:end": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "ok", "ok"], payload: about() },
  "call:leave": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "ok", "ok"], payload: about() },
  "call:media": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"], payload: about(() => ({ audioEnabled: false })) },
  "call:turn-credentials": { cells: [UNKNOWN_CALL, "ok", "ok", "ok"], payload: about() },
  "call:get": { cells: [UNKNOWN_CALL, "ok", "ok", "ok"], payload: about() },
  "call:invite": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined|capability_missing", "ok"], payload: about((w, who) => ({ userIds: [other(w, who).id] })),
  },
  "call:remove": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "capability_missing", "ok"], payload: about((w) => ({ userId: w.callee.id })) },
  "call:set-role": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "capability_missing", "ok"], payload: about((w) => ({ userId: w.callee.id, role: "co-host" })),
  },
  "call:mute": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "capability_missing", "target_gone|not_joined"], payload: about((w) => ({ userId: w.callee.id })),
  },
  "call:ask-to-unmute": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "capability_missing", "target_gone"], payload: about((w) => ({ userId: w.callee.id })),
  },
  "call:hand": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"], payload: about(() => ({ raised: true })) },
  "call:react": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "ok"], payload: about(() => ({ reaction: "👏" })) },
  "call:resume": { cells: [UNKNOWN_CALL, "ok", "ok", "ok"], payload: about(() => ({ lastSeq: 0 })) },
  "call:quality": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined|not_this_device", "ok"], payload: about(() => ({ grade: "good" })),
  },
  "call:transport-state": {
    cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined|not_this_device", "ok"], payload: about(() => ({ state: "connected" })),
  },
  "call:subscribe": { cells: [UNKNOWN_CALL, UNKNOWN_CALL, "not_joined", "topology_mesh"], payload: about(() => ({ slots: [] })) },
  "auth:refresh": { cells: ["ok", "ok", "ok", "ok"], payload: (_, who) => ({ token: who.token }) },
  "auth:whoami": { cells: ["ok", "ok", "ok", "ok"], payload: () => ({}) },
};

/**
 * Events that the server sends, and who hears them in the story of `matrix.test.mjs`: the host,
 * the callee's device in the call (`callee`) and the other one (`second`), somebody who declines
 * (`decliner`), a member who is invited later (`late`), and nobody else. What the story cannot
 * show names the test that does.
 * @type {Record<string, string[] | {shownIn: string}>}
 */
const PARTICIPANTS = ["callee", "decliner", "host", "second"];
const EVERYBODY = ["callee", "decliner", "host", "late", "second"];
export const SERVER_EVENTS = {
  "call:incoming": ["callee", "decliner", "late", "second"],
  "call:ringing": EVERYBODY,
  "call:accepted": EVERYBODY,
  "call:rejected": PARTICIPANTS,
  "call:cancelled": EVERYBODY,
  "call:missed": EVERYBODY,
  "call:participant-joined": EVERYBODY,
  "call:participant-left": EVERYBODY,
  "call:participant-updated": EVERYBODY,
  "call:participant-reconnecting": ["decliner", "host", "late", "second"],
  "call:participant-reconnected": EVERYBODY,
  "call:media-state-changed": EVERYBODY,
  "call:host-changed": EVERYBODY,
  "call:ended": EVERYBODY,
  "call:offer": ["callee"],
  "call:answer": ["host"],
  "call:ice-candidate": ["callee"],
  "call:ring-stopped": ["callee", "decliner", "late", "second"],
  "call:state": EVERYBODY,
  "call:quality": EVERYBODY,
  "call:missed-unseen": ["late"],
  "call:error": ["host"],
  "call:topology-changed": { shownIn: "sfu.test.mjs" },
  "call:hand-changed": { shownIn: "sfu.test.mjs" },
  "call:slots": { shownIn: "../../shell/switchboard/tests/calls/word_of_rooms.rs" },
  "call:layers": { shownIn: "../../shell/switchboard/tests/calls/word_of_rooms.rs" },
  "call:speakers": { shownIn: "../../shell/switchboard/tests/calls/word_of_rooms.rs" },
  "call:reaction": { shownIn: "sfu.test.mjs" },
  "call:unmute-requested": { shownIn: "sfu.test.mjs" },
  "presence:changed": { shownIn: "presence.test.mjs" },
  "auth:expiring": { shownIn: "tokens.test.mjs" },
};
