/** 页面上的所有文字，中文。The same keys as in English. */
import { alertsZh } from "./alerts.zh";
import { artifactsZh } from "./artifacts.zh";
import { authorizeZh } from "./authorize.zh";
import { boardZh } from "./board.zh";
import { codeZh } from "./code.zh";
import { compareZh } from "./compare.zh";
import { cursorZh } from "./cursor.zh";
import { editsZh } from "./edits.zh";
import type { Text } from "./en";
import { factsZh } from "./facts.zh";
import { figuresZh } from "./figures.zh";
import { filesZh } from "./files.zh";
import { frameZh } from "./frame.zh";
import { graphsZh } from "./graphs.zh";
import { headerZh } from "./header.zh";
import { keysZh } from "./keys.zh";
import { kindsZh } from "./kinds.zh";
import { linesZh } from "./lines.zh";
import { logsZh } from "./logs.zh";
import { mediaZh } from "./media.zh";
import { modelZh } from "./model.zh";
import { moleculesZh } from "./molecules.zh";
import { picturesZh } from "./pictures.zh";
import { reportsZh } from "./reports.zh";
import { runZh } from "./run.zh";
import { runListZh } from "./run-list.zh";
import { runsZh } from "./runs.zh";
import { scenesZh } from "./scenes.zh";
import { projectSettingsZh } from "./settings.zh";
import { sweepsZh } from "./sweeps.zh";
import { systemZh } from "./system.zh";
import { tablesZh } from "./tables.zh";
import { teamsZh } from "./teams.zh";
import { tracesZh } from "./traces.zh";
import { workspaceZh } from "./workspace.zh";

export const zh: Text = {
  common: {
    search: "搜索",
    clear: "清除",
    close: "关闭",
    cancel: "取消",
    save: "保存",
    remove: "移除",
    delete: "删除",
    undo: "撤销",
    retry: "重试",
    copy: "复制",
    copied: "已复制",
    copyJson: "复制为 JSON",
    copyPath: "复制路径",
    copyDetails: "复制详情",
    download: "下载",
    edit: "编辑",
    more: "更多",
    all: "全部",
    none: "无",
    yes: "是",
    no: "否",
    loading: "加载中…",
    failed: "操作未成功",
    noMatch: (query) => `没有与“${query}”匹配的内容。`,
    runs: (n) => `${n.toLocaleString("zh-CN")} 个运行`,
    errors: {
      Away: "服务器没有响应。恢复后页面会自动继续。",
      Unavailable: "服务器暂时繁忙，请稍后重试。",
      Forbidden: "你没有权限执行此操作。",
    },
    states: {
      pending: "等待中",
      running: "运行中",
      finished: "已完成",
      failed: "失败",
      crashed: "崩溃",
      killed: "已终止",
      preempting: "抢占中",
    },
  },
  signIn: {
    title: "登录 Gnomon",
    about: "此服务器上的运行只对它认识的人可见。",
    byKey: "API 密钥",
    byPassword: "用户名和密码",
    key: "API 密钥",
    keyHint: "40 位字母和数字。可在“设置”中找到，或在 `gnomon login` 保存的位置。",
    user: "用户名",
    password: "密码",
    submit: "登录",
    working: "正在登录…",
    linkWorking: "正在通过链接登录…",
    linkFailed: "此链接已失效",
    linkFailedWhy: "登录链接只能使用一次，且有时限。请使用新的链接，或使用你的密钥。",
    linkWhere: "登录链接在哪里？",
    linkWhereAnswer: "`gnomon server` 每次启动时会在终端打印一个。在服务器所在的机器上，运行以下命令可得到新的链接：",
    wrong: "无法识别，请检查后重试。",
    needKey: "请输入 API 密钥。",
    needUser: "请输入用户名。",
    needPassword: "请输入密码。",
  },
  home: {
    title: "首页",
    hello: (name) => `你好，${name}`,
    runningNow: "正在运行",
    star: (name) => `收藏 ${name}`,
    unstar: (name) => `取消收藏 ${name}`,
    diskLow: (left) => `服务器磁盘将满：再写入 ${left} 后将停止接收。`,
    diskFull: "服务器磁盘已满，腾出空间之前不再接收数据；运行会保留自己的数据，之后再发送。",
    nothingRunning: "当前没有运行。你启动的下一个运行会自动出现在这里。",
    recent: "最近的运行",
    projects: "项目",
    project: "项目",
    run: "运行",
    runs: "运行数",
    active: "最近活动",
    started: "开始时间",
    description: "描述",
    state: "状态",
    runtime: "时长",
    step: (n) => `第 ${n} 步`,
    runningCount: (n) => `${n} 个运行中`,
    emptyTitle: "记录第一个运行",
    emptyWhy: "此服务器上还没有运行。先在你的机器上登录一次，然后就可以从任何脚本记录。",
    emptyLogin: "在终端中",
    emptyScript: "在 Python 中",
    emptyAfter: "运行一开始就会出现在这里。",
    emptyKey: "创建 API 密钥",
    noProjects: "这里还没有项目",
    noProjectsWhy: "第一个使用某个项目名的运行会创建该项目。",
    noMatchProjects: "没有名称匹配的项目。",
    findProject: "查找项目",
    today: "今天",
  },
  overview: {
    about: "关于",
    description: "描述",
    noDescription: "这个项目是做什么的？写在这里，给同事看，也给一年后的自己看。",
    addDescription: "添加描述",
    totals: "总计",
    runs: "运行数",
    running: "运行中",
    computed: "计算时长",
    metrics: "指标",
    configKeys: "配置项",
    lastActive: "最近活动",
    created: "创建于",
    people: "成员",
    noPeople: "还没有人记录过运行。",
    activity: "活动",
    activityAbout: (n) => `最近半年共 ${n.toLocaleString("zh-CN")} 个运行`,
    activityPart: (n) => `最近 ${n.toLocaleString("zh-CN")} 个运行`,
    onDay: (n, day) => `${day}：${n === 0 ? "无运行" : `${n} 个运行`}`,
    less: "少",
    moreRuns: "多",
    states: "运行结果",
    recent: "最近的运行",
    entityFacts: (projects, runs) => `${projects} 个项目 · ${runs} 个运行`,
    allRuns: "全部运行",
    workspace: "打开工作台",
    emptyTitle: "还没有运行",
    emptyWhy: "这样可以开始第一个：",
  },
  settings: {
    title: "设置",
    keys: "API 密钥",
    appearance: "外观",
    keysAbout: "密钥让脚本或机器以你的身份操作。请像密码一样妥善保管。",
    newKey: "新建密钥",
    label: "标签",
    labelPlaceholder: "用途是什么？集群、笔记本…",
    make: "创建密钥",
    key: "密钥",
    created: "创建时间",
    used: "最近使用",
    never: "从未",
    revoke: "吊销",
    revokeTitle: "吊销此密钥？",
    revokeAbout: (prefix) => `使用 ${prefix}… 的一切程序将无法再访问此服务器。进行中的运行会把数据保留在磁盘上。`,
    revoked: "密钥已吊销",
    madeTitle: "你的新密钥",
    madeAbout: "请现在复制：服务器只保存指纹，之后无法再次显示。",
    madeLogin: "在机器上使用",
    noKeys: "还没有密钥",
    noKeysWhy: "创建一个，以便从其他机器记录。",
    unnamed: "未命名",
    theme: "主题",
    themeAbout: "图表和图像在每种主题下都有专门调校的颜色。",
    themes: { system: "跟随系统", light: "浅色", dark: "深色" },
    language: "语言",
    languageAbout: "日期和数字的格式随之改变。",
    density: "密度",
    densityAbout: "表格行的高度。",
    densities: { compact: "紧凑", regular: "标准", relaxed: "宽松" },
    account: "账户",
    signedInAs: (name) => `当前用户：${name}`,
    signOut: "退出登录",
    version: (version) => `Gnomon ${version}`,
  },
  runs: runsZh,
  run: runZh,
  edits: editsZh,
  workspace: workspaceZh,
  board: boardZh,
  frame: frameZh,
  authorize: authorizeZh,
  kinds: kindsZh,
  media: mediaZh,
  artifacts: artifactsZh,
  figures: figuresZh,
  molecules: moleculesZh,
  pictures: picturesZh,
  scenes: scenesZh,
  alerts: alertsZh,
  sweeps: sweepsZh,
  tables: tablesZh,
  teams: teamsZh,
  reports: reportsZh,
  projectSettings: projectSettingsZh,
  compare: compareZh,
  lines: linesZh,
  keys: keysZh,
  runList: runListZh,
  logs: logsZh,
  facts: factsZh,
  code: codeZh,
  files: filesZh,
  model: modelZh,
  graphs: graphsZh,
  traces: tracesZh,
  header: headerZh,
  system: systemZh,
  cursor: cursorZh,
};
