"""Every call that Heli makes to WeChat, by name."""

from heli.wechat.client.codes import (
    QrCode,
    get_menu,
    make_qrcode,
    mini_code,
    qrcode_picture,
    set_menu,
    url_link,
)
from heli.wechat.client.face import (
    FaceOutcome,
    FaceResult,
    FaceTicket,
    begin_face,
    face_result,
)
from heli.wechat.client.login import (
    MiniSession,
    WebLogin,
    authorize_url,
    phone_of_code,
    session_of_code,
    web_login,
)
from heli.wechat.client.messages import (
    CityPath,
    city_service_path,
    send_account_subscribe,
    send_city_record,
    send_mini_subscribe,
    send_template,
)

__all__ = [
    "CityPath",
    "FaceOutcome",
    "FaceResult",
    "FaceTicket",
    "MiniSession",
    "QrCode",
    "WebLogin",
    "authorize_url",
    "begin_face",
    "city_service_path",
    "face_result",
    "get_menu",
    "make_qrcode",
    "mini_code",
    "phone_of_code",
    "qrcode_picture",
    "send_account_subscribe",
    "send_city_record",
    "send_mini_subscribe",
    "send_template",
    "session_of_code",
    "set_menu",
    "url_link",
    "web_login",
]
