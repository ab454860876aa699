"""How the desk looks: the admin's theme in our colours and words; part of the settings."""

UNFOLD = {
    "SITE_TITLE": "潍坊党代表联络",
    "SITE_HEADER": "潍坊党代表联络",
    "SITE_URL": None,
    "SITE_SYMBOL": "diversity_3",
    "ACCOUNT": {
        "navigation": [
            {"title": "通知方式", "link": "/me/notice-channels/"},
            {"title": "修改密码", "link": "/accounts/password/change/"},
            {"title": "两步验证", "link": "/accounts/2fa/"},
        ]
    },
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/portal/favicon.svg"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "BORDER_RADIUS": "8px",
    "DASHBOARD_CALLBACK": "petitions.desk.dashboard",
    "STYLES": [
        "/static/desk/desk.css",
        "/static/desk/texts.css",
        "/static/desk/hands.css",
        "/static/desk/lists.css",
    ],
    "SCRIPTS": ["/static/desk/desk.js", "/static/desk/texts.js"],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
    },
    "COLORS": {
        # Party red #B5121B and its neighbours.
        "primary": {
            "50": "#fdf1f1",
            "100": "#fbe0e1",
            "200": "#f6c3c5",
            "300": "#ee989c",
            "400": "#e2636a",
            "500": "#cf3740",
            "600": "#b5121b",
            "700": "#990f17",
            "800": "#7f1118",
            "900": "#6b1319",
            "950": "#3b060a",
        },
    },
}
