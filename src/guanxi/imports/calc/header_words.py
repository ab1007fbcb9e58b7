"""The words people write over their columns, in four scripts, and which field each means.

Traditional characters are folded to simplified before a word is looked up, so Chinese words stand here once.
"""

# ruff: noqa: E501 - lists of words read best in long lines

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

FIELDS = (
    "name", "kind", "contact_name", "surname", "given_name", "key_person", "phone", "email", "address", "country", "province", "city",
    "county", "latitude", "longitude", "coordinates", "tax_number", "external_id", "tier", "amount", "currency",
    "size", "industry", "source", "note", "birthday", "date", "website", "order_date",
    "order_number", "order_amount", "ignore",
)  # fmt: skip
"""Every field a column can be mapped to; other rooms rely on these keys."""

MULTIPLE_FIELDS = frozenset({"phone", "address", "note", "ignore"})
"""Fields that several columns may fill."""

_WORDS = {
    "name": """客户名称 客户姓名 客户名 客户 客户全称 客户简称 单位名称 单位 单位全称 公司名称 公司 公司名 公司全称 企业名称 企业
        企业全称 商户名称 商户 店名 店铺名称 门店名称 门店 会员姓名 会员名称 业主姓名 业主 户主 机构名称 买家 买方 采购商 经销商
        经销商名称 代理商 终端名称 网点名称 学校名称 医院名称 小区名称 楼盘名称 抬头 姓名 名称 名字 往来单位 厂商名称 厂商 店家 顾客 顾客姓名
        고객명 고객 고객이름 고객사 고객사명 업체명 업체 상호 상호명 거래처명 거래처 회사명 회사 기관명 기관 성명 이름 법인명
        매장명 매장 점포명 대리점명 판매처 매출처 상호(법인명) 사업장명 단체명 학교명 병원명
        customer|customer name|client|client name|company|company name|account|account name|business name|business
        organization|organisation|organization name|name|full name|buyer|buyer name|importer|firm|store|store name
        shop|shop name|dealer|distributor|consignee|member name|cust name|custname|party name|trading name|legal name""",
    "contact_name": """联系人 联系人姓名 联络人 连络人 经办人 对接人 负责人 法人 法人代表 法定代表人 接洽人 窗口 采购联系人 业务联系人 收货人
        老板 老板姓名 联系人名称 代表人
        담당자 담당자명 담당 대표자 대표자명 대표 대표이사 대표자성명 담당자이름 구매담당 거래처담당자
        contact|contact name|contact person|attn|attention|representative|person in charge|pic|owner name|main contact
        purchasing contact|buyer contact|contact full name""",
    "surname": """姓 姓氏 联系人姓 성 성씨 담당자성
        surname|last name|lastname|family name|contact last name|contact surname|second name""",
    "given_name": """名 联系人名 名(given name) 이름(성제외) 담당자이름(성제외)
        given name|first name|firstname|forename|contact first name|christian name""",
    "key_person": """关键人 关键人物 关键联系人 决策人 决策者 拍板人 核心人物 关键人姓名
        핵심인물 키맨 의사결정자 결정권자 key person|decision maker|key contact|key man|champion""",
    "phone": """电话 手机 联系电话 手机号码 手机号 电话号码 联系方式 联系手机 移动电话 固定电话 固话 座机 座机号 办公电话 公司电话
        联络电话 连络电话 客户电话 业主电话 家庭电话 备用电话 留电 电话1 电话2 手机1 手机2 行动电话 市话 联系号码 联系人电话 负责人电话
        전화번호 전화 휴대폰 휴대폰번호 핸드폰 핸드폰번호 연락처 연락처1 연락처2 휴대전화 대표전화 대표번호 사무실전화 유선전화
        담당자연락처 담당자전화 담당자휴대폰 회사전화 모바일
        phone|phone no|phone number|mobile|mobile phone|mobile no|mobile number|tel|tel no|telephone|telephone number
        cell|cell phone|cellphone|contact number|contact no|contact phone|office phone|work phone|whatsapp|phone 1
        phone 2|tel/mobile|telephone no""",
    "email": """邮箱 电子邮箱 电子邮件 邮件 邮箱地址 联系邮箱 电邮 邮件地址 信箱 电子信箱
        이메일 이메일주소 메일 메일주소 전자우편 email|e-mail|mail|email address|e-mail address|contact email""",
    "address": """地址 详细地址 联系地址 公司地址 通讯地址 通信地址 单位地址 企业地址 注册地址 办公地址 经营地址 收货地址 家庭住址 住址
        居住地址 客户地址 店铺地址 门店地址 送货地址 位置 所在地 地点 营业地址 工厂地址 项目地址 楼盘地址 具体地址 坐落
        주소 소재지 상세주소 회사주소 사업장주소 도로명주소 지번주소 배송지 배송주소 사업장소재지 본사주소 주소1 주소2 기본주소
        address|street address|full address|address 1|address 2|address line 1|address line 2|location|street
        mailing address|shipping address|billing address|delivery address|office address|registered address|addr""",
    "country": """国家 国别 国家地区 国家/地区 所在国家 국가 국가명 나라 country|country/region|nation|country name|destination""",
    "province": """省份 省 省市 省/直辖市 所在省 所在省份 省区 시도 시/도 도 광역시도 지역 지역명 province|state|state/province|region""",
    "city": """城市 市 地市 所在城市 地级市 所在市 城市名称 县市 도시 시 시군구 시/군/구 city|town|city/town|city name""",
    "county": """区县 县区 区/县 区 县 行政区 市辖区 区域 所在区 所属区 镇街 街道 乡镇 乡镇市区 板块 片区
        구 군 구군 군구 district|county|area|township|borough""",
    "latitude": "纬度 北纬 위도 latitude|lat|y coordinate",
    "longitude": "经度 东经 경도 longitude|lng|lon|long|x coordinate",
    "coordinates": "坐标 座标 经纬度 经纬坐标 经纬座标 地理坐标 地理座标 定位 gps坐标 gps座标 좌표 위경도 위도경도 coordinates|coordinate|lat/lng|lat,lng|latlng|gps|geo",
    "tax_number": """税号 纳税人识别号 统一社会信用代码 社会信用代码 信用代码 统一编号 统编 税务登记号 组织机构代码 营业执照号
        사업자등록번호 사업자번호 사업자등록no 법인등록번호
        tax number|tax no|tax id|vat|vat number|vat no|vat id|tin|business registration number|registration number|company no""",
    "external_id": """客户编号 客编 编号 客户编码 客户代码 客户号 会员号 会员卡号 会员编号 卡号 代码 编码 客户id 档案号 单位编号 店铺编号 门店编号
        고객번호 고객코드 거래처코드 코드 거래처번호 회원번호 업체코드 관리번호 거래처no
        id|customer id|customer no|customer number|customer code|client id|account number|account id|account no
        code|member id|member no|cust no|cust id|customer #|buyer id|buyer code|record id""",
    "tier": """级别 等级 客户等级 客户级别 分级 层级 客户分级 客户层级 会员等级 星级 会员级别 重要程度 重要性 评级 意向等级 意向级别 abc分类
        등급 고객등급 거래처등급 회원등급 신용등급 중요도 tier|grade|level|class|rank|customer grade|customer tier|rating|priority|abc""",
    "amount": """金额 成交金额 年销售额 销售额 销售金额 交易金额 累计金额 合同金额 年采购额 采购额 采购金额 消费金额 累计消费 年成交额 成交额
        营业额 营收 年营收 年营业额 年产值 订单金额 应收金额 总金额 成交总价 预算 回款 购买金额 消费总额
        매출액 매출 금액 거래금액 연매출 연매출액 구매금액 총매출 총구매금액 누적매출 거래액 매출금액 합계금액 매입액 계약금액
        amount|revenue|sales|total|total sales|turnover|annual revenue|annual sales|order value|value|order amount
        sales amount|spend|total spend|purchase amount|deal value|annual turnover|sales volume|total amount|monetary""",
    "currency": "币种 货币 币别 통화 화폐 currency|ccy|currency code",
    "size": """规模 人数 员工人数 员工数 公司规模 企业规模 户数 职工人数 总户数 单位人数 从业人数 人员规模
        규모 인원 인원수 직원수 종업원수 사원수 세대수 임직원수 size|employees|headcount|staff|number of employees
        no of employees|company size|households|employee count""",
    "industry": """行业 所属行业 产业 产业别 行业别 业态 行业类别 行业分类 主营 主营业务 经营范围 主营产品 업종 업태 산업 업종명 주요품목 종목
        industry|sector|line of business|business type|trade|product interest|products""",
    "kind": """类型 客户类型 客户类别 类别 性质 企业性质 客户性质 单位性质 分类 客户分类 客户种类 企业类型
        유형 고객유형 구분 거래구분 거래처구분 고객구분 분류 type|kind|category|customer type|client type|account type""",
    "source": """来源 客户来源 渠道 获客渠道 来源渠道 信息来源 拓客方式 获知渠道 认知途径
        유입경로 출처 경로 유입 소스 source|lead source|channel|origin|acquired via|referral source""",
    "note": """备注 说明 描述 跟进记录 备注信息 其他 其它 附注 客户描述 跟进情况 沟通记录 需求 意向 备考
        비고 메모 특이사항 참고 참고사항 기타 설명 note|notes|remark|remarks|comment|comments|memo|description|other|misc""",
    "birthday": "生日 出生日期 出生年月 出生年月日 생일 생년월일 birthday|date of birth|dob|birth date|birthdate",
    "date": """日期 登记日期 录入日期 建档日期 成交日期 创建时间 下单日期 创建日期 来访日期 登记时间 认筹日期 签约日期 最近成交日期 最后交易日期 拜访日期
        录入时间 最近下单 更新时间 首次来访 일자 날짜 등록일 거래일 최근거래일 최종거래일 등록일자 거래일자 방문일 가입일 계약일 거래개시일 최근주문일
        date|created|created at|order date|last order|last order date|registered|registration date|last purchase|since|first order
        last contact|updated|date added|last purchase date|entry date""",
    "website": "网址 网站 官网 公司网址 公司网站 홈페이지 웹사이트 website|url|web|homepage|web site|site",
    "ignore": "序号 序 行号 순번 번호 연번 no|no.|#|s/n|sn|seq|serial no|row|line|item no|nr",
}  # fmt: skip

TOTAL_WORDS = frozenset(
    [
        "合计",
        "总计",
        "小计",
        "共计",
        "汇总",
        "合计数",
        "总合计",
        "累计",
        "本页合计",
        "합계",
        "총계",
        "소계",
        "총합계",
        "누계",
        "계",
        "total",
        "totals",
        "grandtotal",
        "subtotal",
        "sum",
        "合计金额",
    ]
)
"""First cell of a row that adds up the ones above it; folded, without spaces and punctuation."""

FOOT_WORDS = re.compile(
    r"(制表|填表|审核|复核|经手|打印|制单|负责人签|注[:：]|备注[:：]|说明[:：]|以上|截至|数据来源|资料来源|列印|单位[:：]|작성|출력|비고\s*[:：]|※|"
    r"(?i:prepared by|printed|note\s*:|source\s*:|page \d|generated))"
)
"""How a remark under the table begins."""

_TRADITIONAL = str.maketrans(
    "戶稱單電話聯絡繫機號碼業級別額備註經緯類層規編國區縣鄉鎮郵網營統稅價銷總標際關鍵負責貨幣時間發員數權產說門車點買賣實買處詳細"
    "訊訂購據廠務質態賬帳錄條萬億師許東廣廈閱記訪認籌簽進檔會員顧證術獲圍頭圖識構執緊塊積籍體製來樓辦優"
    "審覈決終費約屬納採鋪學計轄闆創盤複項對種預況動説簡應徑範冊後組織醫彙從頁溝評籤連覆負資職",
    "户称单电话联络系机号码业级别额备注经纬类层规编国区县乡镇邮网营统税价销总标际关键负责货币时间发员数权产说门车点买卖实买处详细"
    "讯订购据厂务质态账账录条万亿师许东广厦阅记访认筹签进档会员顾证术获围头图识构执紧块积籍体制来楼办优"
    "审核决终费约属纳采铺学计辖板创盘复项对种预况动说简应径范册后组织医汇从页沟评签连复负资职",
)
_SIMPLIFIED = frozenset(map(chr, _TRADITIONAL.values()))
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_SEPARATORS = re.compile(r"[\s_\-–—:：*＊.。,，、;；/\\|~()（）\[\]【】<>《》\"'“”'?？!！#№]+")


def simplified(text: str) -> str:
    """Return a text with its traditional characters as simplified ones: only those that headers are made of."""
    return text.translate(_TRADITIONAL)


def is_traditional(text: str) -> bool:
    """Tell whether a text is written in traditional characters: where the two scripts differ, those prevail."""
    found = Counter(text)
    traditional = sum(found[chr(letter)] for letter in _TRADITIONAL)
    return traditional > sum(found[letter] for letter in _SIMPLIFIED)


def fold(text: str) -> str:
    """Return the key under which a header is looked up: NFKC, lower case, simplified, no space or mark."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = simplified(plain)
    return _SEPARATORS.sub("", plain) or plain.replace(" ", "")


def words_of(block: str) -> list[str]:
    """Split a block: Chinese and Korean words at spaces, English ones (which hold spaces) at bars and line ends."""
    words: list[str] = []
    for line in block.splitlines():
        for part in filter(None, line.strip().split("|")):
            if _IDEOGRAPH.search(part) or _HANGUL.search(part):
                wide = part.split()
                words += [word for word in wide if not word.isascii()]
                if rest := " ".join(word for word in wide if word.isascii()):
                    words.append(rest)
            else:
                words.append(part)
    return words


def _lookup_table() -> dict[str, str]:
    table: dict[str, str] = {}
    for name, block in _WORDS.items():
        for word in words_of(block):
            table.setdefault(fold(word), name)
    return table


WORD_FIELDS: dict[str, str] = _lookup_table()
"""Folded header word → field."""


@lru_cache(maxsize=8)
def frequent_words(script: str) -> tuple[str, ...]:
    """Return words that a list in this script very likely holds, to tell encodings apart.

    `script` is simplified, traditional, korean, japanese or western.
    """
    return tuple(_FREQUENT[script].split())


_FREQUENT = {
    "simplified": "客户 名称 地址 电话 联系 手机 有限公司 公司 先生 女士 备注 省 市 县 区 路 号",
    "traditional": "客戶 名稱 地址 電話 聯絡 手機 有限公司 公司 先生 小姐 備註 縣 區 路 號 段 樓",
    "korean": "고객 주소 전화 업체 담당 거래처 회사 주식회사 비고 서울 부산 시 구 동 로 길 번호",
    "japanese": "会社 株式会社 住所 電話 氏名 名前 都 県 市 区 町 丁目 様 の",
    "western": "",
}
