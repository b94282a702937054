"""The six services of a registry office, in the words of the design."""

from enum import StrEnum


class Service(StrEnum):
    """What a couple, or one person, comes to the office for."""

    DIVORCE_APPLICATION = "divorce_application"  # 离婚登记申请
    DIVORCE_CERTIFICATE = "divorce_certificate"  # 离婚登记发证
    DIVORCE_WITHDRAWAL = "divorce_withdrawal"  # 撤回申请
    MARRIAGE = "marriage"  # 结婚登记
    REPLACEMENT = "replacement"  # 补领证件
    COUNSELLING = "counselling"  # 婚姻家庭辅导

    @property
    def needs_consent(self) -> bool:
        """Whether both people have to say, each for themselves, that they want the booking.

        Source: Civil Code arts 1046 and 1076 (both, freely, in person); Regulations on Marriage
        Registration (2025) arts 7(1) and 13(1).

        >>> [service.value for service in Service if service.needs_consent]
        ['divorce_application', 'marriage']
        """
        return self in (Service.DIVORCE_APPLICATION, Service.MARRIAGE)
