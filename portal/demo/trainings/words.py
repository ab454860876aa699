"""What classes of the demo city are about, and who teaches."""

from training.enums import TrainingKind

GROUP_TOPICS = (
    "党代会精神",
    "接待群众怎么说",
    "一件建议怎么写",
    "乡村振兴政策",
    "调解的五个步骤",
    "安全生产常识",
)
TOPICS = (
    ("modern-farming", "现代农业与乡村产业专题班"),
    ("mediation", "矛盾纠纷调解专题班"),
    ("community", "城市社区治理专题班"),
    ("research", "调查研究与建议撰写专题班"),
    ("digital", "数字技能专题班"),
)
TEACHERS = {
    TrainingKind.ON_ELECTION: ("市委党校教师", "市委组织部干部", "县委党校教师"),
    TrainingKind.ROUTINE: ("小组组长", "镇街组织委员", "老代表"),
    TrainingKind.TOPIC: ("县委党校教师", "农技专家", "市委党校教师", "律师事务所律师"),
}
SUMMARIES = (
    "课程按计划讲完，学员分组讨论，收回意见表。",
    "先讲后练，现场模拟了一次接待，学员反映用得上。",
    "讲了政策，答了提问，留了下次要讲的题目。",
)
NEEDS = (
    ("种大棚西红柿", "不懂品牌和销路"),
    ("管社区物业", "调解邻里纠纷缺办法"),
    ("在车间带班", "安全隐患不会查"),
    ("村里管事", "土地流转政策说不清"),
    ("开合作社", "贷款政策不熟"),
    ("当小学老师", "不会写建议"),
    ("跑运输", "手机办事不熟"),
    ("", ""),
)


def teacher_for(kind, rng):
    return rng.choice(TEACHERS[kind])
