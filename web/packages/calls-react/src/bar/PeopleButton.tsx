// The button that shows the list of people.

import { Users } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { IconButton } from "../ui/IconButton.js";

/** With the number of those who are in the call. */
export function PeopleButton() {
  const { t, number } = useI18n();
  const view = useCallView();
  const open = useViewState((state) => state.peopleOpen);
  const count = useCall((call) => call.participants.filter((one) => one.status === "joined").length);
  return (
    <IconButton
      variant="raised"
      label={`${t(open ? "people.close" : "people.open")}: ${number(count)}`}
      icon={<Users aria-hidden="true" />}
      badge={number(count)}
      shortcut="P"
      aria-expanded={open}
      onClick={() => view.toggle("people")}
    />
  );
}
