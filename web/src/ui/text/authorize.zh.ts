/** 为终端提供密钥的页面文字，中文。 */

import type { authorizeEn } from "./authorize.en";
import type { Said } from "./said";

export const authorizeZh: Said<typeof authorizeEn> = {
  title: "连接终端",
  about: (user) => `密钥让脚本或机器以 ${user} 的身份记录。在这里创建一个，然后粘贴到询问它的地方。`,
  make: "创建密钥并复制",
  another: "再创建一个密钥",
  label: (date) => `终端，${date}`,
  ready: "已复制，现在粘贴到终端。",
  readyByHand: "复制它，然后粘贴到终端。",
  once: "密钥只显示这一次：服务器只保存它的指纹。",
  pasteHere: "粘贴到哪里",
  pasteHereWhy: "粘贴时看不到内容，粘贴后按回车即可。",
  prompt: "wandb: Paste an API key from your profile and hit enter:",
  orCommand: "或者用一条命令",
  orVariables: "或者用于无人值守的任务",
  orGnomon: "使用 Gnomon 自己的客户端",
  placeholder: "YOUR_KEY",
  keys: "我的全部密钥",
  known: "已有的密钥同样可用：你的任何密钥在任何机器上都有效。",
};
