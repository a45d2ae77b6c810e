// A person in a list of people: face, presence, name and address.

import type { User } from "@aethex/calls-client";
import { FaceAvatar } from "../look/Presence.js";
import row from "./ConversationRow.module.css";

/** The inside of a row about `person`. */
export function PersonFace({ person }: { person: User }) {
  return (
    <>
      <FaceAvatar face={{ name: person.name, avatarId: person.id, group: false }} online={person.online} />
      <span className={row.words}>
        <span className={row.name}>
          <bdi>{person.name}</bdi>
        </span>
        <span className={row.last}>
          <bdi className={row.lastWords}>{person.identifier}</bdi>
        </span>
      </span>
    </>
  );
}
