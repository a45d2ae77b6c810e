// What else can be done with a conversation: block the person; rename or leave the group.

import type { Conversation } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { IconButton, Menu, MenuItem } from "@aethex/calls-react/ui";
import { Ban, Ellipsis, LogOut, Pencil } from "lucide-react";
import { useEffect, useState } from "react";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useManagedElsewhere } from "../home/useManagedElsewhere.js";
import { useWords } from "../i18n/Words.js";
import { partnerIn } from "../stores/names.js";
import { Confirm } from "./Confirm.js";
import { RenameDialog } from "./RenameDialog.js";

/** A menu, with the dialogs that its actions ask in. */
export function ConversationMenu({ conversation }: { conversation: Conversation }) {
  const { router } = useApp();
  const { conversations, blocks, userId } = usePersonal();
  const { t } = useWords();
  const managed = useManagedElsewhere();
  const [asking, setAsking] = useState<"block" | "leave" | "rename" | null>(null);
  const partner = partnerIn(conversation, userId);
  const partnerId = partner?.userId ?? null;
  const blocked = useSelector(
    blocks.store,
    ({ value }) => value?.some((one) => one.user.id === partnerId) ?? false,
  );
  useEffect(() => {
    if (partnerId !== null && blocks.store.get().value === null) void blocks.load();
  }, [blocks, partnerId]);
  const close = (): void => setAsking(null);
  const owner = conversation.members.some((one) => one.userId === userId && one.role === "owner");
  if (partner === null && managed) return null;
  const name = partner?.userName ?? "";
  return (
    <>
      <Menu
        align="end"
        trigger={<IconButton label={t("conversation.more")} icon={<Ellipsis aria-hidden="true" />} />}
      >
        {partner !== null ? (
          <MenuItem icon={<Ban />} tone={blocked ? "plain" : "danger"} onSelect={() => setAsking("block")}>
            {blocked ? t("conversation.unblock", { name }) : t("conversation.block", { name })}
          </MenuItem>
        ) : (
          <>
            {owner ? (
              <MenuItem icon={<Pencil />} onSelect={() => setAsking("rename")}>
                {t("group.rename")}
              </MenuItem>
            ) : null}
            <MenuItem icon={<LogOut />} tone="danger" onSelect={() => setAsking("leave")}>
              {t("group.leave")}
            </MenuItem>
          </>
        )}
      </Menu>
      <Confirm
        open={asking === "block"}
        onClose={close}
        title={blocked ? t("conversation.unblock", { name }) : t("conversation.block", { name })}
        text={blocked ? t("conversation.blockedText") : t("conversation.blockText")}
        action={blocked ? t("conversation.unblockAction") : t("conversation.blockAction")}
        danger={!blocked}
        onConfirm={async () => {
          if (partnerId === null) return;
          await (blocked ? blocks.unblock(partnerId) : blocks.block(partnerId));
        }}
      />
      <Confirm
        open={asking === "leave"}
        onClose={close}
        title={t("group.leave")}
        text={t("group.leaveText")}
        action={t("group.leave")}
        danger
        onConfirm={async () => {
          await conversations.removeMember(conversation.id, userId, true);
          router.go({ page: "home" }, "replace");
        }}
      />
      <RenameDialog conversation={conversation} open={asking === "rename"} onClose={close} />
    </>
  );
}
