"""The office's word for each verb in a time line. Apps register theirs when they load."""

_LABELS = {
    ("*", "created"): "新建",
    ("*", "updated"): "修改",
    ("*", "imported"): "导入",
    ("*", "deleted"): "删除",
    ("*", "revised"): "修订",
    ("*", "unmasked"): "查看个人信息",
    ("*", "exported"): "导出",
    ("*", "notice_entered"): "录入放假通知",
    ("*", "client_made"): "开通对接系统",
    ("*", "client_renewed"): "更换对接密钥",
    ("*", "formed"): "编组",
    ("*", "signed_in"): "登录",
    ("*", "signed_out"): "退出",
    ("*", "sign_in_refused"): "登录被拒",
    ("*", "attached"): "添加附件",
    ("*", "downloaded"): "下载附件",
    ("records.document", "superseded"): "被新文件取代",
}


def register_verbs(subject_type, labels):
    _LABELS.update({(subject_type, verb): str(label) for verb, label in labels.items()})


def verb_label(subject_type, verb):
    return _LABELS.get((subject_type, verb)) or _LABELS.get(("*", verb)) or verb
