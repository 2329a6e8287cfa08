/** A channel of each kind of chat, for `alerts.chat`. AWS's API reference has ids of these forms. */
export const bothChats = {
  slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
  teams: {
    tenantId: "1a2b3c4d-0000-4000-8000-123456789abc",
    teamId: "74361522-da01-538d-aa2e-ac7918c6bb92",
    channelId: "19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
  },
} as const;
