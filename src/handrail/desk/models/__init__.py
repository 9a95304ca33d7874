"""The rows of the desk: people, customers, runbook versions, handoffs and their events. Constraints, no behaviour.

One rule: `Event` rows are the truth of a handoff. `Handoff`, `Seat`, `Work` and `LikeFact` rows are projections of
them, written in the same transaction and made anew by `handrail rebuild`; everything else here is an ordinary row.
"""

from handrail.desk.models.among import Among
from handrail.desk.models.company import Absence, Calendar, ClosingDay, Company, Departure, People, Person, Team
from handrail.desk.models.crm import Credit, CrmRecord, Product
from handrail.desk.models.customers import (
    ColumnMapping,
    Customer,
    CustomerFact,
    CustomerWord,
    Import,
    Ownership,
    SortName,
    Words,
)
from handrail.desk.models.documents import Brand, DocumentLook, MadeFile
from handrail.desk.models.entitled import Reminder, StaleBalance, WorkedEntitlement
from handrail.desk.models.handoffs import (
    Event,
    Handoff,
    LikeFact,
    Recount,
    RunbookVersion,
    Seat,
    SignedDocument,
    Upload,
    Work,
)
from handrail.desk.models.keeping import AuditEntry, CustomerLink, Worker
from handrail.desk.models.long_work import LongWork, WorkedHandoff
from handrail.desk.models.meeting import (
    BusyTime,
    CalendarAccount,
    CalendarFeed,
    Invitation,
    Meeting,
    MeetingPerson,
    Occurrence,
    WrittenMeeting,
)
from handrail.desk.models.orders import (
    CatalogueVersion,
    Consumption,
    Entitlement,
    InvoiceParty,
    Order,
    OrderFile,
    OrderVersion,
)
from handrail.desk.models.outside import LinkCheck
from handrail.desk.models.post import HookCall, Mail, Mailbox, Unsubscribed
from handrail.desk.models.talking import Comment, Mention, SavedView, Watch
from handrail.desk.models.telling import Delivery, Notice
from handrail.desk.models.transfers import (
    MovedItem,
    Scenario,
    Share,
    Transfer,
    TransferLine,
    TransferSheet,
    TransferWork,
)

__all__ = [
    "Absence",
    "Among",
    "AuditEntry",
    "Brand",
    "BusyTime",
    "Calendar",
    "CalendarAccount",
    "CalendarFeed",
    "CatalogueVersion",
    "ClosingDay",
    "ColumnMapping",
    "Comment",
    "Company",
    "Consumption",
    "Credit",
    "CrmRecord",
    "Customer",
    "CustomerFact",
    "CustomerLink",
    "CustomerWord",
    "Delivery",
    "Departure",
    "DocumentLook",
    "Entitlement",
    "Event",
    "Handoff",
    "HookCall",
    "Import",
    "Invitation",
    "InvoiceParty",
    "LikeFact",
    "LinkCheck",
    "LongWork",
    "MadeFile",
    "Mail",
    "Mailbox",
    "Meeting",
    "MeetingPerson",
    "Mention",
    "MovedItem",
    "Notice",
    "Occurrence",
    "Order",
    "OrderFile",
    "OrderVersion",
    "Ownership",
    "People",
    "Person",
    "Product",
    "Recount",
    "Reminder",
    "RunbookVersion",
    "SavedView",
    "Scenario",
    "Seat",
    "Share",
    "SignedDocument",
    "SortName",
    "StaleBalance",
    "Team",
    "Transfer",
    "TransferLine",
    "TransferSheet",
    "TransferWork",
    "Unsubscribed",
    "Upload",
    "Watch",
    "Words",
    "Work",
    "WorkedEntitlement",
    "WorkedHandoff",
    "Worker",
    "WrittenMeeting",
]
