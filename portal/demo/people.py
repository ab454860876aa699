"""Invented people: names, ages, posts. Telephone numbers begin with 154, which no network has given out."""

from dataclasses import dataclass
from datetime import date

SURNAMES = (
    "王李张刘陈杨孙赵马徐于郭高朱姜宋郑董曹韩冯吕丁孟牟刁邢夏隋尹范崔钟葛袁滕迟单桑卞鞠栾臧国玄魏程吴周胡林"
    "何罗梁谢唐许邓傅沈曾彭苏卢蒋蔡贾薛叶阎余潘杜戴夏汪田任姚石谭廖邹熊金陆郝孔白"
)
MALE = [
    "建国",
    "志强",
    "永福",
    "明亮",
    "德水",
    "海涛",
    "学军",
    "长青",
    "立新",
    "宝成",
    "树林",
    "兴华",
    "春生",
    "文斌",
    "光明",
    "玉田",
    "金山",
    "洪波",
    "宗伟",
    "振东",
    "磊",
    "鹏",
    "涛",
    "勇",
    "浩",
    "凯",
    "斌",
    "超",
    "子轩",
    "一鸣",
    "家豪",
    "延军",
    "希武",
    "守信",
    "世杰",
    "同林",
    "克俭",
    "传宝",
    "乐义",
    "维民",
]
FEMALE = [
    "秀英",
    "桂兰",
    "淑芳",
    "玉梅",
    "爱华",
    "春燕",
    "红霞",
    "翠萍",
    "晓丽",
    "海燕",
    "凤云",
    "金凤",
    "美玲",
    "月娥",
    "秋菊",
    "雪莲",
    "艳",
    "娟",
    "静",
    "敏",
    "霞",
    "婷",
    "佳琪",
    "文静",
    "雅楠",
    "欣怡",
    "树芹",
    "永红",
    "立娜",
    "培云",
    "兰香",
    "香玲",
    "素贞",
    "延芳",
    "希梅",
    "明珠",
    "晓彤",
    "丽华",
    "秀云",
    "慧",
]
ETHNICITIES = ["汉族"] * 97 + ["回族", "回族", "满族"]
EDUCATION = (
    ["初中"] * 9
    + ["高中"] * 20
    + ["中专"] * 12
    + ["大专"] * 25
    + ["本科"] * 27
    + ["硕士研究生"] * 6
    + ["博士研究生"]
)

POSTS = {
    "现代农业": ["蔬菜种植户", "合作社理事长", "家庭农场主", "农技员", "粮食种植户", "果树种植户"],
    "村级组织": ["村党支部书记", "村委会委员", "妇联主席", "村会计"],
    "社区治理": ["社区工作者", "网格员", "楼长", "社区党委委员"],
    "装备制造": ["车间班组长", "数控车工", "装配钳工", "焊工", "质检员"],
    "化工盐业": ["盐工", "操作工", "安全员", "化验员"],
    "纺织服装": ["挡车工", "缝纫班长", "印染技工", "打版师"],
    "建筑建材": ["瓦工", "项目施工员", "钢筋工", "测量员"],
    "商贸流通": ["超市店长", "批发市场经营户", "冷链仓管员", "个体经营者"],
    "交通运输": ["公交驾驶员", "养路工", "货运司机", "物流站长"],
    "金融服务": ["信贷员", "柜员", "农商银行客户经理"],
    "教育": ["小学教师", "中学教师", "幼儿园园长", "职校实训教师"],
    "医疗卫生": ["乡村医生", "护士长", "全科医生", "公卫人员"],
    "文化旅游": ["风筝艺人", "讲解员", "非遗传承人", "文化站员"],
    "科技创新": ["工程师", "技术员", "育种员", "研发主管"],
    "公共服务": ["环卫工人", "供电所员工", "民警", "窗口工作人员", "水管站职工"],
    "新兴领域": ["电商主播", "快递员", "网约车司机", "社工机构负责人"],
}
FIELDS = list(POSTS)
OFFICE_FIELDS = ["党政机关", "群团组织", "事业单位", "国有企业"]
OFFICE_POSTS = [
    "党委委员",
    "组织委员",
    "办公室主任",
    "科长",
    "副局长",
    "人大办主任",
    "宣传委员",
    "工会主席",
    "站长",
    "副主任",
]


@dataclass(frozen=True)
class Invented:
    name: str
    gender: str
    ethnicity: str
    birth_month: date
    education: str
    joined_party_month: date
    phone: str


def invent_name(rng):
    """(name, gender)"""
    gender = "male" if rng.random() < 0.6 else "female"
    given = rng.choice(MALE if gender == "male" else FEMALE)
    if len(given) == 2 and rng.random() < 0.3:
        given = given[0] + rng.choice(MALE if gender == "male" else FEMALE)[0]
    return rng.choice(SURNAMES) + given, gender


def invent_person(rng, serial, *, name=None, gender=None):
    """An adult Party member; `serial` makes her phone, and with it her, unlike anybody else."""
    if name is None:
        name, gender = invent_name(rng)
    born = date(rng.randint(1958, 1998), rng.randint(1, 12), 1)
    joined = min(born.year + rng.randint(20, 38), 2020)
    return Invented(
        name=name,
        gender=gender,
        ethnicity=rng.choice(ETHNICITIES),
        birth_month=born,
        education=rng.choice(EDUCATION),
        joined_party_month=date(joined, rng.randint(1, 12), 1),
        phone=f"1540{serial:07d}",
    )


def petitioner(rng, serial):
    """(name, phone) of somebody who came with a matter."""
    surname = rng.choice(SURNAMES)
    if rng.random() < 0.45:
        return surname + rng.choice(["先生", "女士"]), f"1541{serial:07d}"
    return invent_name(rng)[0], f"1541{serial:07d}"
