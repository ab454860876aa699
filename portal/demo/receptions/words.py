"""What the clerks wrote about reception days: why one was not held, what people came about, how it went."""

REASONS = (
    "全镇停电检修，场地不能用",
    "镇上组织安全生产大检查，人员全部下村",
    "代表集中参加县里培训",
    "会议室临时用于应急值守",
    "接待室管道漏水抢修",
)
SEASONAL = {
    (1, 2): "大雪封路，群众出行不便",
    (3, 4): "按疫情防控要求暂停线下接待",
    (7, 8): "强降雨橙色预警，全员防汛值守",
    (9, 10): "秋收大忙，群众都在地里",
}
TOPICS = (
    "路灯和道路维修", "医保缴费和报销", "老旧小区供暖", "灌溉用水", "子女入学", "垃圾清运", "养老金认证", "宅基地手续",
    "大棚改造补贴", "务工工资", "公交班次", "噪声扰民", "物业收费", "农机补贴", "高龄津贴", "邻里界址",
)  # fmt: skip
LEAVES = ("外出务工", "到市里参加培训", "住院治疗", "随团外出考察", "家中老人住院陪护", "单位外派学习")
LEFT = ("工作调动", "搬到外地", "已转为正式党员，另有安排", "身体原因")
NOTES = ("反映问题", "咨询政策", "送材料", "问上次事项的进展", "提建议")


def reason_for(day, rng):
    seasonal = next((words for months, words in SEASONAL.items() if day.month in months), None)
    if day.year > 2022 and seasonal == SEASONAL[3, 4]:
        seasonal = None
    return seasonal if seasonal and rng.random() < 0.5 else rng.choice(REASONS)


def summary_of(visitors, rng):
    """Two or three sentences; of nobody who came more than what it was about."""
    if not visitors:
        return "当天没有群众来访。代表查看了上次登记事项的办理情况，并到附近走访了几户。"
    topics = rng.sample(TOPICS, min(visitors, rng.randint(1, 3)))
    answered = rng.randint(0, visitors)
    told = f"来访{visitors}人次，主要谈了{'、'.join(topics)}。"
    if answered == visitors:
        return f"{told}都由代表当场答复，没有需要转办的事项。"
    return (
        f"{told}当场答复{answered}人次，其余登记后按程序交办。"
        if answered
        else f"{told}均已登记，按程序交办。"
    )
